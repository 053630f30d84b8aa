"use client";

import { buttonClasses } from "@mezzotint/ui/button-classes";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import Link from "next/link";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTRPC } from "#client/trpc.tsx";
import { parseRunIds } from "./compare-address.ts";
import { CompareTable } from "./compare-table.tsx";
import { ExportLinks } from "./export-links.tsx";
import { PromptDifferences } from "./prompt-differences.tsx";
import { VoteRound } from "./vote-round.tsx";

const LISTED = 100;

/** Runs side by side: choose them, pin one as the baseline, see what differs for certain and what people prefer. */
export function ComparePage() {
  const trpc = useTRPC();
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  const runIds = parseRunIds(params.get("runs"));
  const baselineId = params.get("baseline") ?? runIds[0];
  const { data: list } = useSuspenseQuery(trpc.run.list.queryOptions({ limit: LISTED }));
  const { data: comparison, error } = useQuery({
    ...trpc.run.compare.queryOptions({ runIds, ...(baselineId === undefined ? {} : { baselineId }) }),
    enabled: runIds.length > 0,
  });
  const go = (ids: readonly string[], baseline: string | undefined): void => {
    const query = new URLSearchParams({ runs: ids.join(",") });
    if (baseline !== undefined && ids.includes(baseline)) query.set("baseline", baseline);
    router.replace(`${path}?${query}`, { scroll: false });
  };
  const toggle = (id: string): void =>
    go(runIds.includes(id) ? runIds.filter((one) => one !== id) : [...runIds, id], baselineId);

  if (list.runs.length === 0) {
    return (
      <div className="page py-8">
        <h1 className="font-title text-3xl">Compare</h1>
        <p className="mt-4 text-ink-soft">There is nothing to compare yet: two runs of one prompt set make a start.</p>
        <Link href="/runs/new" className={`mt-4 ${buttonClasses({ variant: "primary" })}`}>
          New run
        </Link>
      </div>
    );
  }
  return (
    <div className="page py-6 lg:py-8">
      <h1 className="font-title text-3xl">Compare</h1>
      <fieldset className="mt-4 flex flex-wrap gap-x-4 gap-y-1 print:hidden">
        <legend className="text-sm text-ink-soft">Runs</legend>
        {list.runs.map(({ id, name }) => (
          <label key={id} className="flex min-h-8 items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={runIds.includes(id)}
              onChange={() => toggle(id)}
              className="size-4 accent-copper"
            />
            {name}
          </label>
        ))}
      </fieldset>
      {error !== null && <p className="mt-6 text-danger">{error.message}</p>}
      {comparison !== undefined && runIds.length > 0 && (
        <>
          <CompareTable comparison={comparison} onPin={(id) => go(runIds, id)} />
          <ExportLinks comparison={comparison} />
          <PromptDifferences comparison={comparison} />
          {runIds.length > 1 && <VoteRound key={runIds.join()} runIds={runIds} />}
        </>
      )}
    </div>
  );
}
