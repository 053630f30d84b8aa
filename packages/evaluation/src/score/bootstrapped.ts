import { bootstrapMean } from "@mezzotint/statistics/bootstrap";
import { numberClusters } from "@mezzotint/statistics/sample-groups";
import { shareRange } from "./ranged.ts";
import type { ScoreInterval, ScoreSettings } from "./score.ts";

/** The range of the mean of picture values by drawing whole prompts anew; null for fewer than 2 prompts. */
export function bootstrappedInterval(
  values: Float64Array,
  prompts: readonly string[],
  { seed, level }: Pick<ScoreSettings, "seed" | "level">,
): ScoreInterval | null {
  if (numberClusters(prompts).count < 2) return null;
  const { low, high } = bootstrapMean({ values, clusters: prompts, seed, level });
  return { low, high, level, method: "bootstrap-prompts" };
}

/**
 * The range of the share of pictures with a value of 1 rather than 0: Wilson's, of as many independent trials as have the
 * spread of the share over resampled prompts; null for fewer than 2 prompts.
 */
export function shareInterval(
  values: Float64Array,
  prompts: readonly string[],
  { seed, level }: Pick<ScoreSettings, "seed" | "level">,
): ScoreInterval | null {
  const { count } = numberClusters(prompts);
  if (count < 2) return null;
  const { value, standardError } = bootstrapMean({ values, clusters: prompts, seed, level });
  const range = shareRange(value, { standardError, degrees: count - 1, level }, count);
  return { ...range, level, method: "bootstrap-prompts" };
}
