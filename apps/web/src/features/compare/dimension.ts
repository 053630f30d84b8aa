import type { ComparedRun, RunComparison } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";

/** Something runs can be laid out by: a metric, or a setting. */
export interface Dimension {
  readonly id: string;
  readonly title: string;
  readonly better: "lower" | "higher" | null;
  readonly decimals: number;
  readonly isMetric: boolean;
}

/** Where a run stands in a dimension. */
export interface Reading {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Whether it may be ranked with the others. */
  readonly ranks: boolean;
  /** Why it does not compare with the others, in words; null when it does. */
  readonly apart: string | null;
}

interface Setting extends Omit<Dimension, "isMetric"> {
  read(run: ComparedRun): number | null;
}

const SETTINGS = [
  { id: "steps", title: "Steps", better: "lower", decimals: 0, read: ({ settings }) => settings.steps },
  { id: "guidance", title: "Guidance", better: null, decimals: 1, read: ({ settings }) => settings.guidanceScale },
  {
    id: "seconds",
    title: "Seconds a picture",
    better: "lower",
    decimals: 2,
    read: ({ secondsPerPicture }) => secondsPerPicture,
  },
] as const satisfies readonly Setting[];

export type TrendSetting = "steps" | "guidance";

/** The metrics of a comparison. */
export function metricDimensions({ columns }: Pick<RunComparison, "columns">): Dimension[] {
  return columns.map(({ id, metric, extractor }) => {
    const { title, better, decimals } = METRIC_FACTS[metric];
    return { id, title: extractor === null ? title : `${title} (${extractor})`, better, decimals, isMetric: true };
  });
}

/** Metrics first, then what a run was told to do and what it took. */
export function dimensionsOf(comparison: Pick<RunComparison, "columns">): Dimension[] {
  return [
    ...metricDimensions(comparison),
    ...SETTINGS.map(({ id, title, better, decimals }) => ({ id, title, better, decimals, isMetric: false })),
  ];
}

/** Where a run stands; null when nothing was measured. */
export function readingOf(comparison: RunComparison, run: ComparedRun, { id }: Dimension): Reading | null {
  const setting = SETTINGS.find((one) => one.id === id);
  if (setting !== undefined) {
    const value = setting.read(run);
    return value === null ? null : { value, low: value, high: value, ranks: true, apart: null };
  }
  const score = comparison.scores[run.id]?.[id];
  if (score === undefined || score.value === null) return null;
  const { value, low, high, rank, differing } = score;
  const apart = differing.length === 0 ? null : `${differing.join(", ")} differs`;
  return { value, low: low ?? value, high: high ?? value, ranks: rank !== null, apart };
}

/** "25.31 (24.90 to 25.72)", without the brackets where there is no interval. */
export function readingText({ value, low, high }: Reading, { decimals }: Dimension): string {
  const text = value.toFixed(decimals);
  return low === high ? text : `${text} (${low.toFixed(decimals)} to ${high.toFixed(decimals)})`;
}

export function betterText({ better }: Dimension): string {
  return better === null ? "" : `, ${better} is better`;
}
