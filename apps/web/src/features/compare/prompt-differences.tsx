"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS, type MetricFacts } from "@mezzotint/contracts/metric";
import { Picture } from "@mezzotint/ui/picture";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTRPC } from "#client/trpc.tsx";

const SHOWN = 12;
const SIDE = 96;

/** A run against the baseline prompt by prompt, what got worse first, with the pictures beside each other. */
export function PromptDifferences({ comparison }: { readonly comparison: RunComparison }) {
  const { runs, columns, baselineId } = comparison;
  const others = runs.filter(({ id }) => id !== baselineId);
  const metrics = columns.filter(({ metric }) => perPicture(METRIC_FACTS[metric])).map(({ metric }) => metric);
  const [chosen, setChosen] = useState<string | null>(null);
  const runId = others.find(({ id }) => id === chosen)?.id ?? others[0]?.id ?? "";
  const metric = metrics[0] ?? "clip-score";
  const trpc = useTRPC();
  const { data } = useQuery({
    ...trpc.run.comparePrompts.queryOptions({ runId, baselineId, metric, limit: SHOWN }),
    enabled: runId !== "" && metrics.length > 0,
  });
  if (runId === "" || metrics.length === 0) return null;
  const digits = METRIC_FACTS[metric].decimals;
  return (
    <section aria-label="What got worse" className="mt-10">
      <h2 className="font-title text-xl">What got worse</h2>
      <label className="mt-2 flex flex-wrap items-center gap-2 text-sm text-ink-soft">
        {METRIC_FACTS[metric].title} of
        <select
          value={runId}
          onChange={({ target }) => setChosen(target.value)}
          className="h-9 max-w-full rounded-control border border-line bg-mat px-2 text-ink pointer-coarse:h-11"
        >
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        against the baseline
      </label>
      {data?.problem != null && <p className="mt-3 text-sm text-ink-soft">{data.problem}</p>}
      {data?.summary != null && (
        <p className="mt-3 text-sm tabular-nums">
          {data.summary.difference.value.toFixed(digits)} on average ({data.summary.difference.low.toFixed(digits)} to{" "}
          {data.summary.difference.high.toFixed(digits)}; p = {data.summary.pValue.toFixed(4)}), over{" "}
          {data.summary.pairs} pairs of {data.summary.prompts} prompts; higher in{" "}
          {Math.round(100 * data.summary.higherShare.a)} % of pairs.
        </p>
      )}
      <ul className="mt-3 grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {data?.prompts.map(({ prompt, difference, pairs }) => (
          <li key={prompt} className="break-inside-avoid border-t border-line pt-2">
            <p className="truncate text-sm" title={prompt}>
              <span className="tabular-nums">{difference.toFixed(digits)}</span> {prompt}
            </p>
            {pairs.slice(0, 1).map(({ seed, imageId, baselineImageId }) => (
              <div key={seed} className="mt-1 flex gap-2">
                <Picture
                  src={`/files/${baselineImageId}.png`}
                  alt={`${prompt}, baseline`}
                  width={SIDE}
                  height={SIDE}
                  loading="lazy"
                  className="max-w-24"
                />
                <Picture
                  src={`/files/${imageId}.png`}
                  alt={`${prompt}, this run`}
                  width={SIDE}
                  height={SIDE}
                  loading="lazy"
                  className="max-w-24"
                />
              </div>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function perPicture(facts: MetricFacts): boolean {
  return facts.perPicture;
}
