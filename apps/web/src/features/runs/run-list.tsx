"use client";

import type { RunView } from "@mezzotint/contracts/run";
import { buttonClasses } from "@mezzotint/ui/button-classes";
import { ProgressBar } from "@mezzotint/ui/progress-bar";
import { useSuspenseQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Moment } from "#client/moment.tsx";
import { useTRPC } from "#client/trpc.tsx";
import { isMoving, runStatus, runSummary } from "./run-status.ts";

const MOVING_REFRESH_MS = 1_500;
const LISTED = 100;

/** The runs of the team, newest first, to look at or to choose for a comparison. */
export function RunList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery({
    ...trpc.run.list.queryOptions({ limit: LISTED }),
    refetchInterval: ({ state }) => (state.data?.runs.some(isMoving) === true ? MOVING_REFRESH_MS : false),
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const ids = data.runs.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  return (
    <div className="page py-6 lg:py-8">
      <div className="flex flex-wrap items-end gap-3">
        <div className="mr-auto">
          <h1 className="font-title text-3xl">Runs</h1>
          <p className="mt-1 text-sm text-ink-soft">One set of prompts, drawn with one choice of settings, scored.</p>
        </div>
        {ids.length > 0 && (
          <Link href={`/compare?runs=${ids.join(",")}`} className={buttonClasses({ variant: "outline" })}>
            Compare {ids.length}
          </Link>
        )}
        <Link href="/runs/new" className={buttonClasses({ variant: "primary" })}>
          New run
        </Link>
      </div>
      {data.runs.length === 0 ? (
        <p className="mt-10 text-ink-soft">
          No run yet. Start one with a few prompts, then a second with other settings.
        </p>
      ) : (
        <ul className="mt-6 divide-y divide-line border-y border-line">
          {data.runs.map((run) => (
            <RunLine key={run.id} run={run} chosen={chosen.has(run.id)} onToggle={() => toggle(run.id)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function RunLine(props: { readonly run: RunView; readonly chosen: boolean; readonly onToggle: () => void }) {
  const { run, chosen, onToggle } = props;
  return (
    <li className="flex items-start gap-3 py-3">
      <input
        type="checkbox"
        aria-label={`Choose ${run.name} for comparison`}
        checked={chosen}
        onChange={onToggle}
        className="mt-1 size-5 accent-copper"
      />
      <div className="min-w-0 flex-1">
        <Link href={`/runs/${run.id}`} className="rounded-sm font-medium hover:text-copper">
          {run.name}
        </Link>
        <p className="text-sm text-ink-soft">{runSummary(run)}</p>
        {run.status === "filling" && (
          <div className="mt-2 max-w-sm">
            <ProgressBar label={`Progress of ${run.name}`} value={run.cells.done} max={run.cells.total} />
          </div>
        )}
      </div>
      <div className="text-right text-sm text-ink-soft tabular-nums">
        <p>{runStatus(run)}</p>
        <Moment at={run.createdAt} />
      </div>
    </li>
  );
}
