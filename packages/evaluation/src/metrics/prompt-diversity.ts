import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeatures } from "./check-features.ts";
import { unitRows } from "./unit-rows.ts";

/** How far apart the pictures of each prompt are. */
export interface PromptDiversity {
  /** The mean over prompts with at least 2 pictures, 0 (all alike) to 2. */
  readonly mean: number;
  /** One value a prompt, by its name. */
  readonly perPrompt: ReadonlyMap<string, number>;
}

/**
 * The mean of 1 - cosine over the pairs of pictures of one prompt, averaged over prompts, of features [n, d]: what LPIPS
 * does within a prompt, on whole-picture features instead of feature maps. Throws INVALID_INPUT when no prompt has 2
 * pictures. Source: after Zhu et al. 2017 (arXiv 1711.11586), section 5.1; Zhang et al. 2018 (arXiv 1801.03924).
 */
export function promptDiversity(features: Matrix, prompts: readonly string[]): PromptDiversity {
  checkFeatures(features, "features", 2);
  const { columns, data } = unitRows(features, "diversity");
  const sums = new Map<string, { readonly vector: Float64Array; count: number }>();
  prompts.forEach((prompt, row) => {
    const known = sums.get(prompt) ?? { vector: new Float64Array(columns), count: 0 };
    for (let j = 0; j < columns; j++)
      known.vector[j] = (known.vector[j] as number) + (data[row * columns + j] as number);
    known.count++;
    sums.set(prompt, known);
  });
  const perPrompt = new Map<string, number>();
  for (const [prompt, { vector, count }] of sums) {
    if (count < 2) continue;
    // |sum of unit vectors|^2 = count + the cosines of all ordered pairs.
    const squared = vector.reduce((sum, value) => sum + value * value, 0);
    perPrompt.set(prompt, Math.max(0, 1 - (squared - count) / (count * (count - 1))));
  }
  if (perPrompt.size === 0) {
    const found = `${features.rows} pictures of ${sums.size} prompts`;
    throw new MezzotintError("INVALID_INPUT", `diversity: needs a prompt with at least 2 pictures, got ${found}`);
  }
  const mean = [...perPrompt.values()].reduce((sum, value) => sum + value, 0) / perPrompt.size;
  return { mean, perPrompt };
}
