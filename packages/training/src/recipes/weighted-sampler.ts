import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RandomStream } from "../trainer/random.ts";

/** Draws indices in proportion to their weights, with replacement; a pure function of the random stream. */
export function weightedSampler(weights: readonly number[]): (random: RandomStream) => number {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (const [index, weight] of weights.entries()) {
    if (!(weight >= 0)) throw new MezzotintError("INVALID_INPUT", `weight ${index}: expected 0 or more, got ${weight}`);
    total += weight;
    cumulative[index] = total;
  }
  if (!(total > 0)) throw new MezzotintError("INVALID_INPUT", `weights: ${weights.length} of them add up to ${total}`);
  return (random) => {
    const target = random.uniform() * total;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
