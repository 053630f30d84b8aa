import { MezzotintError } from "@mezzotint/contracts/errors";
import { createMt19937, type Mt19937 } from "@mezzotint/numeric/random/mt19937";
import { quantile } from "@mezzotint/numeric/statistics/quantile";
import { uniformInteger } from "@mezzotint/numeric/statistics/uniform-integer";
import { checkLevel, type Estimate } from "./interval.ts";
import { numberClusters } from "./sample-groups.ts";

export interface BootstrapInput {
  /** One score a picture. */
  readonly values: Float64Array;
  /** The prompt of each picture; whole prompts are drawn, since pictures of one prompt depend on each other. */
  readonly clusters: readonly string[];
  readonly seed: bigint;
  readonly resamples?: number;
  readonly level?: number;
}

/**
 * The mean of per-picture scores with its percentile interval over resampled prompts (2,000 unless told). Throws
 * INVALID_INPUT for fewer than 2 prompts or a score that is no number. Not for distances of distributions: their bias
 * grows with every resampling. Source: Efron 1979; Davison and Hinkley 1997, section 3.8 (clusters).
 */
export function bootstrapMean(input: BootstrapInput): Estimate {
  const { values, clusters, seed, resamples = 2_000, level = 0.95 } = input;
  checkLevel(level);
  const sums = sumByCluster(values, clusters);
  const generator = createMt19937(seed);
  const means = new Float64Array(resamples);
  const [sumOf, sizeOf] = [Float64Array.from(sums, (one) => one.sum), Int32Array.from(sums, (one) => one.size)];
  for (let resample = 0; resample < resamples; resample++) means[resample] = drawMean(generator, sumOf, sizeOf);
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  const centre = means.reduce((sum, one) => sum + one, 0) / resamples;
  const variance = means.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (resamples - 1);
  const [low, high] = [quantile(means, (1 - level) / 2), quantile(means, (1 + level) / 2)];
  return { value, standardError: Math.sqrt(variance), low, high, level };
}

/** The mean of as many clusters as there are, each drawn from all of them. */
function drawMean(generator: Mt19937, sumOf: Float64Array, sizeOf: Int32Array): number {
  let sum = 0;
  let size = 0;
  for (let draw = 0; draw < sumOf.length; draw++) {
    const cluster = uniformInteger(generator, sumOf.length);
    sum += sumOf[cluster] as number;
    size += sizeOf[cluster] as number;
  }
  return sum / size;
}

export interface ClusterSum {
  readonly sum: number;
  readonly size: number;
}

/** Sums and numbers of scores by cluster. Throws INVALID_INPUT for fewer than 2 clusters or a score that is no number. */
export function sumByCluster(values: Float64Array, clusters: readonly string[]): readonly ClusterSum[] {
  if (values.length !== clusters.length) {
    throw new MezzotintError("INVALID_INPUT", `scores: ${values.length} values with ${clusters.length} clusters`);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new MezzotintError("INVALID_INPUT", `scores: value ${bad} of ${values.length} is ${values[bad]}`);
  const { numbers, count } = numberClusters(clusters);
  if (count < 2) throw new MezzotintError("INVALID_INPUT", `scores: needs at least 2 prompts, got ${count}`);
  const sums = new Float64Array(count);
  const sizes = new Int32Array(count);
  numbers.forEach((cluster, i) => {
    sums[cluster] = (sums[cluster] as number) + (values[i] as number);
    sizes[cluster] = (sizes[cluster] as number) + 1;
  });
  return Array.from(sums, (sum, cluster) => ({ sum, size: sizes[cluster] as number }));
}
