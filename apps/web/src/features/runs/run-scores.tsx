"use client";

import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import type { RunStatus } from "@mezzotint/contracts/run";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "#client/trpc.tsx";
import { ProtocolTable } from "./protocol-table.tsx";

/** The scores of one run with their intervals; what makes no number says why. */
export function RunScores({ runId, status }: { readonly runId: string; readonly status: RunStatus }) {
  const trpc = useTRPC();
  // Asked again whenever a run becomes done: then it has other scores.
  const { data } = useQuery({
    ...trpc.run.compare.queryOptions({ runIds: [runId] }),
    enabled: status === "done",
    staleTime: 0,
  });
  if (data === undefined || data.columns.length === 0) return null;
  const scores = data.scores[runId] ?? {};
  return (
    <section aria-label="Scores" className="mt-8">
      <h2 className="font-title text-xl">Scores</h2>
      <dl className="mt-3 grid gap-x-8 gap-y-3 sm:grid-cols-2 lg:grid-cols-3 print:grid-cols-3">
        {data.columns.map(({ id, metric, extractor }) => {
          const score = scores[id];
          if (score === undefined) return null;
          const digits = METRIC_FACTS[metric].decimals;
          return (
            <div key={id} className="break-inside-avoid border-t border-line pt-2">
              <dt className="text-sm text-ink-soft">
                {METRIC_FACTS[metric].title}
                {extractor !== null && ` (${extractor})`}
              </dt>
              <dd className="tabular-nums">
                {score.value === null ? (
                  <span className="text-sm text-ink-quiet">{score.problem}</span>
                ) : (
                  <>
                    <span className="text-lg">{score.value.toFixed(digits)}</span>{" "}
                    <span className="text-sm text-ink-soft">
                      {score.low !== null &&
                        score.high !== null &&
                        `${score.low.toFixed(digits)} to ${score.high.toFixed(digits)}, `}
                      n = {score.n}
                      {score.missing > 0 && `, ${score.missing} missing`}
                    </span>
                  </>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <ProtocolTable columns={data.columns} scores={scores} />
    </section>
  );
}
