import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { createMt19937 } from "@mezzotint/numeric/random/mt19937";
import { shuffledIndices } from "@mezzotint/numeric/statistics/uniform-integer";
import { checkFeatures } from "./check-features.ts";
import { frechetDistance, gaussianOf } from "./frechet.ts";
import type { Gaussian } from "./gaussian.ts";
import { selectRows } from "./select-rows.ts";

const POINTS = 15;
const LEAST_SAMPLES = 5_000;

export interface FrechetInfinity {
  /** The distance extrapolated to endless samples. */
  readonly value: number;
  /** The distances of growing subsets that the line was laid through. */
  readonly points: readonly { readonly count: number; readonly distance: number }[];
  /** Share of the points' variance that the line explains, in [0, 1]. */
  readonly rSquared: number;
}

/**
 * The Frechet distance of features [n, d] to a reference at endless n: the intercept of a line in 1 / n through 15
 * shuffled subsets of `leastSamples` (5,000 unless told) to n. Throws INVALID_INPUT unless n > leastSamples.
 * Source: Chong and Forsyth 2020 (arXiv 1911.07023), with a seeded shuffle.
 */
export function frechetInfinity(
  features: Matrix,
  reference: Gaussian,
  { seed, leastSamples = LEAST_SAMPLES }: { readonly seed: bigint; readonly leastSamples?: number },
): FrechetInfinity {
  checkFeatures(features, "features", Math.max(3, leastSamples + 1));
  const generator = createMt19937(seed);
  const points = Array.from({ length: POINTS }, (_, i) => {
    const count = Math.round(leastSamples + ((features.rows - leastSamples) * i) / (POINTS - 1));
    const chosen = shuffledIndices(generator, features.rows).subarray(0, count);
    return { count, distance: frechetDistance(gaussianOf(selectRows(features, [...chosen])), reference) };
  });
  return { ...fitLine(points), points };
}

function fitLine(points: FrechetInfinity["points"]): { value: number; rSquared: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const x = mean(points.map(({ count }) => 1 / count));
  const y = mean(points.map(({ distance }) => distance));
  const spread = mean(points.map(({ count }) => (1 / count - x) ** 2));
  const variance = mean(points.map(({ distance }) => (distance - y) ** 2));
  const together = mean(points.map(({ count, distance }) => (1 / count - x) * (distance - y)));
  if (!(spread > 0)) {
    const found = `${points[0]?.count} to ${points.at(-1)?.count}`;
    throw new MezzotintError("INVALID_INPUT", `FID-infinity: subsets of ${found} samples make no line`);
  }
  const rSquared = variance > 0 ? together ** 2 / (spread * variance) : 1;
  return { value: y - (together / spread) * x, rSquared };
}
