import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { addSelfProduct } from "@mezzotint/numeric/linalg/multiply-transposed";
import { checkFeatures, checkSameDimensions } from "./check-features.ts";

/** All that a Gaussian fit needs to know of n samples in d dimensions; two of them merge into one of both. */
export interface FeatureStatistics {
  readonly count: number;
  /** f64 [d]. */
  readonly mean: Float64Array;
  /** f64 [d, d]: the sum of (x - mean)(x - mean)^T, which is (count - 1) times the covariance. */
  readonly coMoment: Matrix;
}

/**
 * The statistics of features [n, d], n >= 1, in float64. Throws INVALID_INPUT for no samples or numbers that are none.
 */
export function summariseFeatures(features: Matrix): FeatureStatistics {
  checkFeatures(features, "features", 1);
  const { rows, columns } = features;
  const { mean, centred } = centreFeatures(features);
  const nothing = matrix(columns, columns, new Float64Array(columns * columns));
  return { count: rows, mean, coMoment: addSelfProduct(nothing, centred) };
}

/** The mean of features [n, d] and the features less their mean, in float64. */
export function centreFeatures({ rows, columns, data }: Matrix): { mean: Float64Array; centred: Matrix } {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) mean[j] = (mean[j] as number) + (data[i * columns + j] as number);
  }
  for (let j = 0; j < columns; j++) mean[j] = (mean[j] as number) / rows;
  const centred = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      centred[i * columns + j] = (data[i * columns + j] as number) - (mean[j] as number);
    }
  }
  return { mean, centred: matrix(rows, columns, centred) };
}

/**
 * The statistics of two sets of samples together. Throws INVALID_INPUT when their dimensions differ.
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
 */
export function mergeStatistics(a: FeatureStatistics, b: FeatureStatistics): FeatureStatistics {
  checkSameDimensions(a.mean.length, b.mean.length);
  const dimensions = a.mean.length;
  const count = a.count + b.count;
  const shift = b.mean.map((value, j) => value - (a.mean[j] as number));
  const mean = a.mean.map((value, j) => value + ((shift[j] as number) * b.count) / count);
  const weight = (a.count * b.count) / count;
  const coMoment = new Float64Array(dimensions * dimensions);
  for (let i = 0; i < dimensions; i++) {
    const scaled = weight * (shift[i] as number);
    const row = i * dimensions;
    for (let j = 0; j < dimensions; j++) {
      const own = (a.coMoment.data[row + j] as number) + (b.coMoment.data[row + j] as number);
      coMoment[row + j] = own + scaled * (shift[j] as number);
    }
  }
  return { count, mean, coMoment: matrix(dimensions, dimensions, coMoment) };
}

/**
 * Statistics from a published mean [d] and covariance [d, d] (ddof 1) of `count` samples.
 * Throws INVALID_INPUT when the sizes do not fit or fewer than 2 samples are claimed.
 */
export function statisticsFromCovariance(published: {
  readonly count: number;
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}): FeatureStatistics {
  const { count, mean, covariance } = published;
  const dimensions = mean.length;
  if (!(count >= 2) || covariance.rows !== dimensions || covariance.columns !== dimensions) {
    const found = `${count} samples, mean of ${dimensions}, covariance ${covariance.rows} x ${covariance.columns}`;
    throw new MezzotintError("INVALID_INPUT", `statistics: needs at least 2 samples and equal sizes, got ${found}`);
  }
  const coMoment = new Float64Array(covariance.data).map((value) => value * (count - 1));
  return { count, mean, coMoment: matrix(dimensions, dimensions, coMoment) };
}

/** The statistics of `whole` without those of its `part`. Throws INVALID_INPUT unless some samples remain. */
export function removeStatistics(whole: FeatureStatistics, part: FeatureStatistics): FeatureStatistics {
  checkSameDimensions(part.mean.length, whole.mean.length);
  const count = whole.count - part.count;
  if (count < 1) {
    throw new MezzotintError("INVALID_INPUT", `statistics: ${part.count} of ${whole.count} samples taken leave none`);
  }
  const dimensions = whole.mean.length;
  const mean = whole.mean.map((value, j) => (whole.count * value - part.count * (part.mean[j] as number)) / count);
  const weight = (count * part.count) / whole.count;
  const shift = part.mean.map((value, j) => value - (mean[j] as number));
  const coMoment = new Float64Array(dimensions * dimensions);
  for (let i = 0; i < dimensions; i++) {
    const scaled = weight * (shift[i] as number);
    const row = i * dimensions;
    for (let j = 0; j < dimensions; j++) {
      const left = (whole.coMoment.data[row + j] as number) - (part.coMoment.data[row + j] as number);
      coMoment[row + j] = left - scaled * (shift[j] as number);
    }
  }
  return { count, mean, coMoment: matrix(dimensions, dimensions, coMoment) };
}
