"use client";

import type { ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import { classNames } from "@mezzotint/ui/class-names";
import Link from "next/link";
import { useState } from "react";

const ARROWS = { lower: "↓", higher: "↑" } as const;

/** Runs by metrics: a difference from the baseline has a colour only where its interval leaves out zero. */
export function CompareTable(props: { readonly comparison: RunComparison; readonly onPin: (runId: string) => void }) {
  const { runs, columns, scores, baselineId } = props.comparison;
  const [sortedBy, setSortedBy] = useState<string | null>(null);
  const ordered = runs.toSorted((a, b) => {
    if (sortedBy === null) return 0;
    return (scores[a.id]?.[sortedBy]?.rank ?? Infinity) - (scores[b.id]?.[sortedBy]?.rank ?? Infinity);
  });
  return (
    <div className="mt-6 overflow-x-auto">
      <table className="w-full border-collapse text-sm tabular-nums">
        <caption className="sr-only">Scores of runs with 95 % intervals</caption>
        <thead>
          <tr className="border-b border-line-strong text-left align-bottom">
            <th scope="col" className="py-2 pr-4 font-medium">
              Run
            </th>
            {columns.map(({ id, metric, extractor }) => {
              const { title, better } = METRIC_FACTS[metric];
              return (
                <th
                  key={id}
                  scope="col"
                  aria-sort={sortedBy === id ? "ascending" : undefined}
                  className="py-2 pr-4 font-medium whitespace-nowrap"
                >
                  <button
                    type="button"
                    className="cursor-pointer rounded-sm hover:text-copper"
                    onClick={() => setSortedBy(sortedBy === id ? null : id)}
                  >
                    {title} {better === null ? "" : ARROWS[better]}
                  </button>
                  {extractor !== null && <span className="block text-xs text-ink-quiet">{extractor}</span>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {ordered.map((run) => (
            <tr key={run.id} className="border-b border-line align-top">
              <th scope="row" className="py-2.5 pr-4 text-left font-normal">
                <Link href={`/runs/${run.id}`} className="rounded-sm font-medium hover:text-copper">
                  {run.name}
                </Link>
                <span className="block text-xs text-ink-quiet">
                  {run.modelTitle}, {run.settings.steps} steps, guidance {run.settings.guidanceScale}
                </span>
                <label className="mt-1 flex items-center gap-1.5 text-xs text-ink-soft print:hidden">
                  <input
                    type="radio"
                    name="baseline"
                    checked={run.id === baselineId}
                    onChange={() => props.onPin(run.id)}
                    className="accent-copper"
                  />
                  Baseline
                </label>
              </th>
              {columns.map(({ id }) => (
                <td key={id} className="min-w-32 py-2.5 pr-4">
                  <ScoreCell score={scores[run.id]?.[id]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ScoreCell({ score }: { readonly score: ComparedScore | undefined }) {
  if (score === undefined) return <span className="text-ink-quiet">not scored</span>;
  const { metric, value, low, high, n, missing, difference, differing, unranked, rank, protocolId } = score;
  const digits = METRIC_FACTS[metric].decimals;
  if (value === null) return <span className="text-xs text-ink-quiet">{score.problem}</span>;
  return (
    <>
      <p
        title={`Protocol ${protocolId.slice(0, 12)}`}
        className={classNames("text-base", rank === null && "text-ink-quiet")}
      >
        {value.toFixed(digits)}
      </p>
      <p className="text-xs text-ink-soft">
        {low !== null && high !== null && `${low.toFixed(digits)} to ${high.toFixed(digits)}, `}n = {n}
        {missing > 0 && `, ${missing} missing`}
      </p>
      {differing.length > 0 && <p className="text-xs text-danger">not comparable: {differing.join(", ")} differs</p>}
      {unranked !== null && <p className="text-xs text-ink-quiet">not ranked: {unranked}</p>}
      {difference !== null && (
        <p
          className={classNames(
            "text-xs",
            difference.verdict === null && "text-ink-quiet",
            difference.verdict === "worse" && "text-danger",
            (difference.verdict === "better" || difference.verdict === "different") && "text-copper",
          )}
        >
          {difference.value >= 0 ? "+" : ""}
          {difference.value.toFixed(digits)} ({difference.low.toFixed(digits)} to {difference.high.toFixed(digits)}){" "}
          {difference.verdict ?? "not distinguishable"}
        </p>
      )}
    </>
  );
}
