import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "./check-features.ts";
import { squaredDistances } from "./squared-distances.ts";

export interface PrecisionRecall {
  /** Share of samples that lie in the neighbourhood of some reference picture, in [0, 1]. */
  readonly precision: number;
  /** Share of reference pictures that lie in the neighbourhood of some sample, in [0, 1]. */
  readonly recall: number;
}

/**
 * Improved precision and recall of features [n, d] against [m, d] with neighbourhoods of the k-th nearest other, border
 * included; k = 3 in the paper. Throws INVALID_INPUT unless n, m > k.
 * Source: Kynkaanniemi et al. 2019 (arXiv 1904.06991), equations 1 and 2.
 */
export function precisionRecall(samples: Matrix, reference: Matrix, k = 3): PrecisionRecall {
  checkFeaturePair(samples, reference, k + 1);
  const sampleRadii = neighbourRadii(samples, k);
  const referenceRadii = neighbourRadii(reference, k);
  let precise = 0;
  const recalled = new Uint8Array(reference.rows);
  for (const { row, distances } of squaredDistances(samples, reference)) {
    const radius = sampleRadii[row] as number;
    let inside = false;
    for (let j = 0; j < reference.rows; j++) {
      const distance = distances[j] as number;
      inside ||= distance <= (referenceRadii[j] as number);
      if (distance <= radius) recalled[j] = 1;
    }
    if (inside) precise++;
  }
  const found = recalled.reduce((sum, value) => sum + value, 0);
  return { precision: precise / samples.rows, recall: found / reference.rows };
}

export interface DensityCoverage {
  /** Mean number of reference neighbourhoods a sample lies in, over k; may exceed 1. */
  readonly density: number;
  /** Share of reference pictures with a sample in their neighbourhood, in [0, 1]. */
  readonly coverage: number;
}

/**
 * Density and coverage of features [n, d] against [m, d], border excluded; k = 5 in the paper. Throws INVALID_INPUT
 * unless n, m > k. Source: Naeem et al. 2020 (arXiv 2002.09797), equations 3 and 4.
 */
export function densityCoverage(samples: Matrix, reference: Matrix, k = 5): DensityCoverage {
  checkFeaturePair(samples, reference, k + 1);
  const radii = neighbourRadii(reference, k);
  let inside = 0;
  const covered = new Uint8Array(reference.rows);
  for (const { distances } of squaredDistances(samples, reference)) {
    for (let j = 0; j < reference.rows; j++) {
      if ((distances[j] as number) >= (radii[j] as number)) continue;
      inside++;
      covered[j] = 1;
    }
  }
  const found = covered.reduce((sum, value) => sum + value, 0);
  return { density: inside / (k * samples.rows), coverage: found / reference.rows };
}

/** The squared distance of each sample to its k-th nearest other. */
function neighbourRadii(features: Matrix, k: number): Float64Array {
  const radii = new Float64Array(features.rows);
  for (const { row, distances } of squaredDistances(features, features)) {
    distances[row] = Number.POSITIVE_INFINITY;
    radii[row] = distances.sort()[k - 1] as number;
  }
  return radii;
}
