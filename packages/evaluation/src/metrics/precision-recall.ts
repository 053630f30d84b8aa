import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "./check-features.ts";
import { smallest } from "./neighbours.ts";
import { oneGroup, type SampleGrouping } from "./sample-grouping.ts";
import { squaredDistances } from "./squared-distances.ts";

export interface PrecisionRecall {
  /** Share of samples that lie in the neighbourhood of some reference picture, in [0, 1]. */
  readonly precision: number;
  /** Share of reference pictures that lie in the neighbourhood of some sample, in [0, 1]. */
  readonly recall: number;
}

/** What is needed to say how sure the two shares are. */
export interface PrecisionRecallParts extends PrecisionRecall {
  /** 1 for each sample in the neighbourhood of some reference picture, else 0. */
  readonly precise: Float64Array;
  /** The recall without each group of samples. */
  readonly recallLeftOut: Float64Array;
}

/**
 * Improved precision and recall of features [n, d] against [m, d] with neighbourhoods of the k-th nearest other, border
 * included; k = 3 in the paper. Throws INVALID_INPUT unless n, m > k.
 * Source: Kynkaanniemi et al. 2019 (arXiv 1904.06991), equations 1 and 2.
 */
export function precisionRecall(samples: Matrix, reference: Matrix, k = 3): PrecisionRecall {
  const { precision, recall } = precisionRecallParts(samples, reference, { k, grouping: oneGroup(samples.rows) });
  return { precision, recall };
}

interface PartsOptions {
  readonly k: number;
  readonly grouping: SampleGrouping;
}

/** `precisionRecall` with its parts by sample and by group of samples; at most 31 groups. */
export function precisionRecallParts(
  samples: Matrix,
  reference: Matrix,
  { k, grouping }: PartsOptions,
): PrecisionRecallParts {
  checkFeaturePair(samples, reference, k + 1);
  const radii = groupedRadii(samples, k, grouping);
  const referenceRadii = neighbourRadii(reference, k);
  const precise = new Float64Array(samples.rows);
  const recalled = new Uint8Array(reference.rows);
  const without = new Uint32Array(reference.rows);
  for (const { row, distances } of squaredDistances(samples, reference)) {
    const { whole, widest, leftOut } = radii[row] as GroupedRadius;
    const others = ~(1 << (grouping.groupOf[row] as number));
    for (let j = 0; j < reference.rows; j++) {
      const distance = distances[j] as number;
      if (distance <= (referenceRadii[j] as number)) precise[row] = 1;
      if (distance > widest) continue;
      if (distance <= whole) {
        recalled[j] = 1;
        without[j] = (without[j] as number) | others;
        continue;
      }
      for (const [group, radius] of leftOut) {
        if (distance <= radius) without[j] = (without[j] as number) | (1 << group);
      }
    }
  }
  const { groups } = grouping;
  return {
    precise,
    precision: mean(precise),
    recall: mean(recalled),
    recallLeftOut: Float64Array.from({ length: groups }, (_, group) => shareWith(without, group)),
  };
}

export interface DensityCoverage {
  /** Mean number of reference neighbourhoods a sample lies in, over k; may exceed 1. */
  readonly density: number;
  /** Share of reference pictures with a sample in their neighbourhood, in [0, 1]. */
  readonly coverage: number;
}

/** What is needed to say how sure the two figures are. */
export interface DensityCoverageParts extends DensityCoverage {
  /** The density of each sample. */
  readonly densities: Float64Array;
  /** The coverage without each group of samples. */
  readonly coverageLeftOut: Float64Array;
}

/**
 * Density and coverage of features [n, d] against [m, d], border excluded; k = 5 in the paper. Throws INVALID_INPUT
 * unless n, m > k. Source: Naeem et al. 2020 (arXiv 2002.09797), equations 3 and 4.
 */
export function densityCoverage(samples: Matrix, reference: Matrix, k = 5): DensityCoverage {
  const { density, coverage } = densityCoverageParts(samples, reference, { k, grouping: oneGroup(samples.rows) });
  return { density, coverage };
}

/** `densityCoverage` with its parts by sample and by group of samples; at most 31 groups. */
export function densityCoverageParts(
  samples: Matrix,
  reference: Matrix,
  { k, grouping }: PartsOptions,
): DensityCoverageParts {
  checkFeaturePair(samples, reference, k + 1);
  const radii = neighbourRadii(reference, k);
  const densities = new Float64Array(samples.rows);
  const covered = new Uint8Array(reference.rows);
  const without = new Uint32Array(reference.rows);
  for (const { row, distances } of squaredDistances(samples, reference)) {
    const others = ~(1 << (grouping.groupOf[row] as number));
    let inside = 0;
    for (let j = 0; j < reference.rows; j++) {
      if ((distances[j] as number) >= (radii[j] as number)) continue;
      inside++;
      covered[j] = 1;
      without[j] = (without[j] as number) | others;
    }
    densities[row] = inside / k;
  }
  return {
    densities,
    density: mean(densities),
    coverage: mean(covered),
    coverageLeftOut: Float64Array.from({ length: grouping.groups }, (_, group) => shareWith(without, group)),
  };
}

/** The squared distance of each sample to its k-th nearest other. */
function neighbourRadii(features: Matrix, k: number): Float64Array {
  const radii = new Float64Array(features.rows);
  for (const { row, distances } of squaredDistances(features, features)) {
    radii[row] = smallest(distances, k, (place) => place === row).values[k - 1] as number;
  }
  return radii;
}

interface GroupedRadius {
  readonly whole: number;
  /** The largest radius with any group left out. */
  readonly widest: number;
  /** The radii that change when a group is left out, by group; the sample's own group is never asked for. */
  readonly leftOut: readonly (readonly [group: number, radius: number])[];
}

function groupedRadii(features: Matrix, k: number, { groupOf }: SampleGrouping): GroupedRadius[] {
  const radii: GroupedRadius[] = [];
  for (const { row, distances } of squaredDistances(features, features)) {
    const near = smallest(distances, k, (place) => place === row);
    const touched = new Set([...near.places].map((place) => groupOf[place] as number));
    touched.delete(groupOf[row] as number);
    const leftOut = [...touched].map((group) => {
      const rest = smallest(distances, k, (place) => place === row || groupOf[place] === group);
      return [group, rest.values[k - 1] as number] as const;
    });
    const whole = near.values[k - 1] as number;
    radii.push({ whole, widest: leftOut.reduce((most, [, radius]) => Math.max(most, radius), whole), leftOut });
  }
  return radii;
}

/** The share of masks in which a group's bit is set. */
function shareWith(masks: Uint32Array, group: number): number {
  return masks.reduce((sum, mask) => sum + ((mask >>> group) & 1), 0) / masks.length;
}

function mean(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
