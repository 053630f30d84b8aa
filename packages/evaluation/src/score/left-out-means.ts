import { groupSamples } from "@mezzotint/statistics/sample-groups";
import type { ScoreSettings } from "./score.ts";

/** Groups of prompts that a score is found without in turn. */
export const LEFT_OUT_GROUPS = 20;

/**
 * The mean of picture values without each group of prompts in turn, up to 20; none for a single prompt. Groups depend on
 * the prompts and the seed only, so that two sets of pictures of the same prompts leave out the same ones.
 */
export function leftOutMeans(
  values: ArrayLike<number>,
  prompts: readonly string[],
  { seed }: Pick<ScoreSettings, "seed">,
): number[] {
  const groups = groupSamples(prompts, LEFT_OUT_GROUPS, seed);
  if (groups.length < 2) return [];
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return groups.map((group) => {
    const own = group.reduce((sum, i) => sum + (values[i] as number), 0);
    return (total - own) / (values.length - group.length);
  });
}
