import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { pivotedCholesky } from "@mezzotint/numeric/linalg/pivoted-cholesky";
import { checkFeatures } from "./check-features.ts";
import { centreFeatures, type FeatureStatistics } from "./feature-statistics.ts";

/** A Gaussian whose covariance is kept as a factor, which is what a distance needs; worth keeping for a reference. */
export interface Gaussian {
  readonly count: number;
  /** f64 [d]. */
  readonly mean: Float64Array;
  /** The sum of the variances. */
  readonly trace: number;
  /** F [r, d] with F^T F = covariance (ddof 1). */
  readonly factor: Matrix;
}

/**
 * The Gaussian of statistics of at least 2 samples, by a Cholesky factor that reveals the rank.
 * Throws INVALID_INPUT for fewer samples or a covariance with numbers that are none.
 */
export function gaussianOfStatistics({ count, mean, coMoment }: FeatureStatistics): Gaussian {
  if (count < 2) throw new MezzotintError("INVALID_INPUT", `Gaussian: needs at least 2 samples, got ${count}`);
  const dimensions = mean.length;
  checkFeatures(coMoment, "co-moment", 1);
  const covariance = matrix(
    dimensions,
    dimensions,
    new Float64Array(coMoment.data).map((value) => value / (count - 1)),
  );
  let trace = 0;
  for (let j = 0; j < dimensions; j++) trace += covariance.data[j * dimensions + j] as number;
  return { count, mean, trace, factor: pivotedCholesky(covariance, Math.min(dimensions, count - 1)) };
}

/**
 * The Gaussian of features [n, d], n >= 2, whose factor is the centred features themselves: nothing is squared, so this
 * is the more exact of the two. Throws INVALID_INPUT for fewer samples or numbers that are none.
 */
export function gaussianOfFeatures(features: Matrix): Gaussian {
  checkFeatures(features, "features", 2);
  const { mean, centred } = centreFeatures(features);
  const scale = 1 / Math.sqrt(features.rows - 1);
  const factor = new Float64Array(centred.data).map((value) => value * scale);
  let trace = 0;
  for (const value of factor) trace += value * value;
  return { count: features.rows, mean, trace, factor: matrix(centred.rows, centred.columns, factor) };
}
