import { halfSampleReplicates, halveSamples, type HalfSplits } from "@mezzotint/statistics/half-splits";
import { studentTQuantile } from "@mezzotint/numeric/statistics/student-t";
import { numberClusters } from "@mezzotint/statistics/sample-groups";
import { clipped, shareRange, type MetricRange } from "./ranged.ts";
import type { Score, ScoreInterval, ScoreSettings } from "./score.ts";

const PROMPTS_LEAST = 6;

/** Halvings of pictures by whole prompts, or null for fewer than 6 prompts or fewer than `least` pictures in a half. */
export function halvesFor(prompts: readonly string[], seed: bigint, least: number): HalfSplits | null {
  if (numberClusters(prompts).count < PROMPTS_LEAST) return null;
  const halves = halveSamples(prompts, seed);
  return halves.least >= least ? halves : null;
}

type Halved = Pick<Score, "value" | "interval" | "details" | "leftOut">;

interface Halving {
  readonly value: number;
  /** The figure of each half alone, halving after halving. */
  readonly ofHalves: ArrayLike<number>;
}

/** A figure with its range by halves, cut to what is possible. */
export function halfSampled({ value, ofHalves }: Halving, range: MetricRange, { level }: ScoreSettings): Halved {
  const { standardError, degrees, leftOut } = spreadOf(value, ofHalves);
  const reach = studentTQuantile((1 + level) / 2, degrees) * standardError;
  const interval: ScoreInterval = { low: value - reach, high: value + reach, level, method: "half-samples" };
  return { value, interval: clipped(interval, range), details: {}, leftOut };
}

/** A share of `trials` with its range by halves. */
export function halfSampledShare({ value, ofHalves }: Halving, trials: number, { level }: ScoreSettings): Halved {
  const { standardError, degrees, leftOut } = spreadOf(value, ofHalves);
  const range = shareRange(value, { standardError, degrees, level }, trials);
  return { value, interval: { ...range, level, method: "half-samples" }, details: {}, leftOut };
}

function spreadOf(value: number, ofHalves: ArrayLike<number>) {
  const leftOut = halfSampleReplicates(value, ofHalves);
  const degrees = leftOut.length - 1;
  const squares = leftOut.reduce((sum, one) => sum + (one - value) ** 2, 0);
  return { standardError: Math.sqrt((degrees / leftOut.length) * squares), degrees, leftOut };
}
