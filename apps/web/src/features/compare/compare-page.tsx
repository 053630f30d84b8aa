"use client";

import { buttonClasses } from "@mezzotint/ui/button-classes";
import { keepPreviousData, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "#client/trpc.tsx";
import { ChartSection } from "./charts/chart-section.tsx";
import { parseRunIds } from "./compare-address.ts";
import { CompareTable } from "./compare-table.tsx";
import { ExportLinks } from "./export-links.tsx";
import { PictureMatrix } from "./matrix/picture-matrix.tsx";
import { MetricChooser, withShownMetrics } from "./metric-chooser.tsx";
import { PromptDifferences } from "./prompt-differences.tsx";
import { useChoices } from "./use-choices.ts";
import { VoteRound } from "./vote-round.tsx";

/** Runs side by side: choose them, pin one as the baseline, see what differs for certain and what people prefer. */
export function ComparePage() {
  const trpc = useTRPC();
  const [params, choose] = useChoices();
  const runIds = parseRunIds(params.get("runs"));
  const baselineId = params.get("baseline") ?? runIds[0];
  const hidden = new Set((params.get("hide") ?? "").split(",").filter((id) => id !== ""));
  const { data: named } = useSuspenseQuery(trpc.run.names.queryOptions());
  const { data: comparison, error } = useQuery({
    ...trpc.run.compare.queryOptions({ runIds, ...(baselineId === undefined ? {} : { baselineId }) }),
    enabled: runIds.length > 0,
    placeholderData: keepPreviousData,
  });
  const toggle = (id: string): void => {
    const next = runIds.includes(id) ? runIds.filter((one) => one !== id) : [...runIds, id];
    const keepsBaseline = baselineId !== undefined && next.includes(baselineId);
    choose({ runs: next.length === 0 ? null : next.join(","), ...(keepsBaseline ? {} : { baseline: null }) });
  };

  if (named.length === 0) {
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
  const shown = comparison === undefined ? undefined : withShownMetrics(comparison, hidden);
  return (
    <div className="page py-6 [page:wide] lg:py-8 print:max-w-none print:p-0">
      <h1 className="font-title text-3xl">Compare</h1>
      <fieldset className="mt-4 flex flex-wrap gap-x-4 gap-y-1 print:hidden">
        <legend className="text-sm text-ink-soft">Runs</legend>
        {named.map(({ id, name }) => (
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
      {error !== null && (
        <p className="mt-6 text-danger">
          {error.message}{" "}
          <Link href="/compare" className="underline">
            Choose anew
          </Link>
        </p>
      )}
      {comparison !== undefined && shown !== undefined && runIds.length > 0 && (
        <>
          <div className="mt-6 flex flex-wrap gap-2 print:hidden">
            <MetricChooser
              comparison={comparison}
              hidden={hidden}
              onHide={(ids) => choose({ hide: ids.size === 0 ? null : [...ids].join(",") })}
            />
            <ExportLinks comparison={comparison} />
          </div>
          <CompareTable
            comparison={shown}
            sort={params.get("sort")}
            onSort={(sort) => choose({ sort })}
            onPin={(baseline) => choose({ baseline })}
          />
          {runIds.length > 1 && <ChartSection comparison={shown} />}
          {runIds.length > 1 && <PictureMatrix key={`pictures ${runIds.join()}`} runs={comparison.runs} />}
          <PromptDifferences comparison={comparison} />
          {runIds.length > 1 && <VoteRound key={`votes ${runIds.join()}`} runIds={runIds} />}
        </>
      )}
    </div>
  );
}
