import { createMt19937 } from "@mezzotint/numeric/random/mt19937";
import { shuffledIndices } from "@mezzotint/numeric/statistics/uniform-integer";
import { numberClusters } from "./sample-groups.ts";

/** Halvings of a set; two bits each fit a 32-bit mask. */
export const HALF_SPLITS = 16;

/** Several halvings of samples by whole clusters. */
export interface HalfSplits {
  readonly splits: number;
  /** For each sample the halves it is in: bit 2 s of halving s for its first half, bit 2 s + 1 for its second. */
  readonly maskOf: Uint32Array;
  /** Samples in the smallest half. */
  readonly least: number;
}

/** Halves samples 16 times by whole clusters (prompts), shuffled by `seed`: equal clusters are halved equally. */
export function halveSamples(clusters: readonly string[], seed: bigint): HalfSplits {
  const { numbers, count } = numberClusters(clusters);
  const generator = createMt19937(seed);
  const ofCluster = new Uint32Array(count);
  for (let split = 0; split < HALF_SPLITS; split++) {
    shuffledIndices(generator, count).forEach((cluster, place) => {
      ofCluster[cluster] = ((ofCluster[cluster] as number) | (1 << (2 * split + (place % 2)))) >>> 0;
    });
  }
  const maskOf = Uint32Array.from(numbers, (cluster) => ofCluster[cluster] as number);
  const sizes = new Uint32Array(2 * HALF_SPLITS);
  for (const mask of maskOf) {
    for (let half = 0; half < sizes.length; half++) sizes[half] = (sizes[half] as number) + ((mask >>> half) & 1);
  }
  return { splits: HALF_SPLITS, maskOf, least: Math.min(...sizes) };
}

/**
 * The spread of a figure of all samples from those of the halves: Var = E (a - b)^2 / 4, since halves do not depend on each
 * other and the variance goes with 1 / n. Given as values x around `whole` for which the jackknife's formula
 * (g - 1) / g sum (x - mean x)^2 yields that variance, so that differences of two figures on equal clusters pair up.
 * Unlike leaving single groups out, it does not overstate figures that hang on several neighbours at once (Efron and Stein
 * 1981 show that the jackknife is too large for those). Source: McCarthy 1969 (balanced half-samples), unbalanced here.
 */
export function halfSampleReplicates(whole: number, halves: ArrayLike<number>): number[] {
  const splits = halves.length / 2;
  return Array.from({ length: splits }, (_, split) => {
    const half = ((halves[2 * split] as number) - (halves[2 * split + 1] as number)) / 2;
    return whole + half / Math.sqrt(splits - 1);
  });
}
