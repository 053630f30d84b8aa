"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { classNames } from "@mezzotint/ui/class-names";
import { SegmentedControl } from "@mezzotint/ui/segmented-control";
import Link from "next/link";
import { useState, type ReactNode } from "react";
import { asDifferences } from "../as-differences.ts";
import { dimensionsOf, metricDimensions, type Dimension, type TrendSetting } from "../dimension.ts";
import { useChoices } from "../use-choices.ts";
import { Choice } from "./choice.tsx";
import { ProfileChart } from "./profile-chart.tsx";
import { RunSwatch } from "./run-mark.tsx";
import { TradeOffChart } from "./trade-off-chart.tsx";
import { TrendChart } from "./trend-chart.tsx";

const TREND_OPTIONS = [
  { id: "steps", title: "Steps" },
  { id: "guidance", title: "Guidance" },
] as const satisfies readonly { readonly id: TrendSetting; readonly title: string }[];
const SHOWN = [
  { value: "scores", label: "Scores" },
  { value: "differences", label: "Differences from the baseline" },
] as const;
const FIGURE = "min-w-0 border-t border-line pt-3 break-inside-avoid";

/** The comparison in drawings: trade-offs, profiles, and what a setting does. */
export function ChartSection(props: { readonly comparison: RunComparison }) {
  const [params, choose] = useChoices();
  const shows = params.get("show") === "differences" ? "differences" : "scores";
  const comparison = shows === "differences" ? asDifferences(props.comparison) : props.comparison;
  const [lit, setLit] = useState<string | null>(null);
  const all = dimensionsOf(comparison);
  const metrics = metricDimensions(comparison);
  const axes = defaultAxes(comparison, all);
  const chosen = (name: string, other: Dimension | undefined) => all.find(({ id }) => id === params.get(name)) ?? other;
  const [x, y] = [chosen("x", axes.x), chosen("y", axes.y)];
  const trend = metrics.find(({ id }) => id === params.get("trend")) ?? axes.y;
  const against = TREND_OPTIONS.find(({ id }) => id === params.get("over"))?.id ?? "steps";
  const oriented = metrics.filter(({ better }) => better !== null);
  const told = (dimension: Dimension): Dimension =>
    shows === "differences" && dimension.isMetric
      ? { ...dimension, title: `${dimension.title} less the baseline's` }
      : dimension;
  if (x === undefined || y === undefined || trend === undefined) return null;
  return (
    <section aria-label="Charts" className="mt-10">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <h2 className="font-title text-xl">Charts</h2>
        <SegmentedControl
          label="What the charts show"
          segments={SHOWN}
          value={shows}
          onValueChange={(show) => choose({ show: show === "scores" ? null : show })}
          className="whitespace-nowrap print:hidden"
        />
      </div>
      <RunKeys comparison={comparison} lit={lit} onLit={setLit} />
      <div className="mt-4 grid gap-x-10 gap-y-8 lg:grid-cols-2 print:grid-cols-2">
        <figure className={FIGURE}>
          <ChartHead title="Trade-off">
            <Choice label="Up" value={y.id} options={all} onChoose={(id) => choose({ y: id })} />
            <Choice label="Across" value={x.id} options={all} onChoose={(id) => choose({ x: id })} />
          </ChartHead>
          <TradeOffChart comparison={comparison} x={told(x)} y={told(y)} lit={lit} onLit={setLit} />
        </figure>
        <figure className={FIGURE}>
          <ChartHead title="What a setting does">
            <Choice label="Metric" value={trend.id} options={metrics} onChoose={(id) => choose({ trend: id })} />
            <Choice label="Over" value={against} options={TREND_OPTIONS} onChoose={(id) => choose({ over: id })} />
          </ChartHead>
          <TrendChart comparison={comparison} metric={told(trend)} against={against} lit={lit} onLit={setLit} />
        </figure>
        {oriented.length > 1 && (
          <figure className={`${FIGURE} lg:col-span-2 print:col-span-2`}>
            <ChartHead title="Profiles">
              <p className="text-sm text-ink-soft">Up is better on every axis.</p>
            </ChartHead>
            <ProfileChart comparison={comparison} dimensions={oriented} lit={lit} onLit={setLit} />
          </figure>
        )}
      </div>
    </section>
  );
}

function ChartHead({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <figcaption className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <h3 className="mr-auto font-medium">{title}</h3>
      {children}
    </figcaption>
  );
}

/** Whose mark is whose. Looking at a name, or reaching it with the keyboard, lights its run in every chart. */
function RunKeys(props: {
  readonly comparison: RunComparison;
  readonly lit: string | null;
  readonly onLit: (runId: string | null) => void;
}) {
  const { comparison, lit, onLit } = props;
  return (
    <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-sm" aria-label="Runs in the charts">
      {comparison.runs.map(({ id, name }, place) => (
        <li key={id}>
          <Link
            href={`/runs/${id}`}
            onMouseEnter={() => onLit(id)}
            onMouseLeave={() => onLit(null)}
            onFocus={() => onLit(id)}
            onBlur={() => onLit(null)}
            className={classNames(
              "flex min-h-8 items-center gap-1.5 rounded-sm hover:text-copper",
              lit === id && "text-copper",
            )}
          >
            <RunSwatch place={place} />
            {name}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Two metrics that may be ranked, CLIP score upright; steps where there is only one of them. */
function defaultAxes({ runs, scores }: RunComparison, all: readonly Dimension[]) {
  const ranked = all.filter(({ id, isMetric }) => isMetric && runs.some((run) => scores[run.id]?.[id]?.rank != null));
  const y = ranked.find(({ id }) => id.startsWith("clip-score")) ?? ranked[0] ?? all.find(({ isMetric }) => isMetric);
  const x = ranked.find((dimension) => dimension !== y) ?? all.find(({ id }) => id === "steps");
  return { x, y };
}
