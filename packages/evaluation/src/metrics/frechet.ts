import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { nuclearNormOfProduct } from "@mezzotint/numeric/linalg/nuclear-norm";
import { checkSameDimensions } from "./check-features.ts";
import { summariseFeatures, type FeatureStatistics } from "./feature-statistics.ts";
import { gaussianOfFeatures, gaussianOfStatistics, type Gaussian } from "./gaussian.ts";

const DIRECT_SAMPLES_MAX = 2_048;
const DIRECT_COST_MAX = DIRECT_SAMPLES_MAX ** 3;

/**
 * The squared Frechet distance of two Gaussians: |m1 - m2|^2 + tr S1 + tr S2 - 2 tr sqrt(S1 S2), where the last trace is
 * the nuclear norm of the product of their factors, hence real and never short of rank. Rounding may leave it a little
 * below 0 for equal Gaussians. Throws INVALID_INPUT when dimensions differ.
 * Source: Dowson and Landau 1982; Heusel et al. 2017 (arXiv 1706.08500), equation 6.
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  checkSameDimensions(a.mean.length, b.mean.length);
  const squared = a.mean.reduce((sum, value, j) => sum + (value - (b.mean[j] as number)) ** 2, 0);
  return squared + (a.trace + b.trace - 2 * nuclearNormOfProduct(a.factor, b.factor));
}

/** The Frechet distance of two sets of features [n, d] and [m, d], each of at least 2 samples, by the exacter way. */
export function frechetDistanceOfFeatures(samples: Matrix, reference: Matrix): number {
  checkSameDimensions(samples.columns, reference.columns);
  return frechetDistance(gaussianOf(samples), gaussianOf(reference));
}

/** The Frechet distance of two sets of statistics, each of at least 2 samples. */
export function frechetDistanceOfStatistics(samples: FeatureStatistics, reference: FeatureStatistics): number {
  checkSameDimensions(samples.mean.length, reference.mean.length);
  return frechetDistance(gaussianOfStatistics(samples), gaussianOfStatistics(reference));
}

/** The Gaussian of features, by their own factor where that is cheap enough and through their covariance where not. */
export function gaussianOf(features: Matrix): Gaussian {
  if (isDirect(features)) return gaussianOfFeatures(features);
  return gaussianOfStatistics(summariseFeatures(features));
}

/** Whether features serve as the factor of their covariance: few samples, or few dimensions to reduce them to. */
export function isDirect({ rows, columns }: Pick<Matrix, "rows" | "columns">): boolean {
  return rows <= DIRECT_SAMPLES_MAX || rows * columns ** 2 <= DIRECT_COST_MAX;
}
