import type { ComparedRun, RunComparison } from "@mezzotint/contracts/comparison";
import { canonicalJson, type Json } from "@mezzotint/contracts/json";
import { samplerName } from "#client/sampler-names.ts";
import { readingOf, type Dimension, type Reading, type TrendSetting } from "./dimension.ts";

export interface TrendPoint {
  readonly run: ComparedRun;
  readonly at: number;
  readonly reading: Reading;
}

/** Runs that differ in one setting and in nothing else, by that setting. */
export interface TrendLine {
  readonly points: readonly TrendPoint[];
  /** What tells it from the other lines. */
  readonly label: string;
}

/** The runs as lines over a setting. A line joins what differs in that setting alone and compares in the metric. */
export function trendLines(
  comparison: RunComparison,
  { metric, against }: { readonly metric: Dimension; readonly against: TrendSetting },
): TrendLine[] {
  const lines = new Map<string, TrendPoint[]>();
  for (const run of comparison.runs) {
    const reading = readingOf(comparison, run, metric);
    if (reading === null || reading.apart !== null) continue;
    const key = otherSettings(run, against);
    lines.set(key, [...(lines.get(key) ?? []), { run, at: settingOf(run, against), reading }]);
  }
  const told = [...lines.values()].map(([first]) => (first === undefined ? [] : tellingFields(first.run, against)));
  return [...lines.values()].map((points, place) => ({
    points: points.toSorted((a, b) => a.at - b.at),
    label: (told[place] ?? []).filter((field, index) => told.some((other) => other[index] !== field)).join(", "),
  }));
}

function settingOf({ settings }: ComparedRun, against: TrendSetting): number {
  return against === "steps" ? settings.steps : settings.guidanceScale;
}

function otherSettings(run: ComparedRun, against: TrendSetting): string {
  const { settings, promptSet, seedFirst, seedCount } = run;
  const held = { ...settings, [against === "steps" ? "steps" : "guidanceScale"]: 0 };
  return canonicalJson({ held: held as Json, promptSet: promptSet.id, seedFirst, seedCount });
}

function tellingFields({ modelTitle, settings, promptSet, seedFirst, seedCount }: ComparedRun, against: TrendSetting) {
  return [
    modelTitle,
    against === "steps" ? `guidance ${settings.guidanceScale}` : `${settings.steps} steps`,
    samplerName(settings.scheduler._class_name),
    `${settings.width} × ${settings.height}`,
    promptSet.title,
    `${seedCount} seeds from ${seedFirst}`,
  ];
}
