import { bootstrapMean } from "@mezzotint/statistics/bootstrap";
import { numberClusters } from "@mezzotint/statistics/sample-groups";
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
