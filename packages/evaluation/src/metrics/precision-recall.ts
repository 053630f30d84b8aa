import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { HalfSplits } from "@mezzotint/statistics/half-splits";
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
  /** The recall by each half of the samples alone; none where there are no halves. */
  readonly recallOfHalves: Float64Array;
}

/**
 * Improved precision and recall of features [n, d] against [m, d] with neighbourhoods of the k-th nearest other, border
 * included; k = 3 in the paper. Throws INVALID_INPUT unless n, m > k.
 * Source: Kynkaanniemi et al. 2019 (arXiv 1904.06991), equations 1 and 2.
 */
export function precisionRecall(samples: Matrix, reference: Matrix, k = 3): PrecisionRecall {
  const { precision, recall } = precisionRecallParts(samples, reference, { k, halves: null });
  return { precision, recall };
}

/** `precisionRecall` with its parts by sample and by half of the samples. */
export function precisionRecallParts(
  samples: Matrix,
  reference: Matrix,
  { k, halves }: { readonly k: number; readonly halves: HalfSplits | null },
): PrecisionRecallParts {
  checkFeaturePair(samples, reference, k + 1);
  const radii = halves === null ? plainRadii(samples, k) : halvedRadii(samples, k, halves);
  const referenceRadii = neighbourRadii(reference, k);
  const precise = new Float64Array(samples.rows);
  const recalled = new Uint8Array(reference.rows);
  const byHalves = new Uint32Array(reference.rows);
  for (const { row, distances } of squaredDistances(samples, reference)) {
    const { whole, widest, ofHalves } = radii[row] as HalvedRadius;
    for (let j = 0; j < reference.rows; j++) {
      const distance = distances[j] as number;
      if (distance <= (referenceRadii[j] as number)) precise[row] = 1;
      if (distance > widest) continue;
      if (distance <= whole) recalled[j] = 1;
      for (const [half, radius] of ofHalves) {
        if (distance <= radius) byHalves[j] = (byHalves[j] as number) | (1 << half);
      }
    }
  }
  return {
    precise,
    precision: mean(precise),
    recall: mean(recalled),
    recallOfHalves: Float64Array.from({ length: 2 * (halves?.splits ?? 0) }, (_, half) => shareWith(byHalves, half)),
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
  { k, grouping }: { readonly k: number; readonly grouping: SampleGrouping },
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

interface HalvedRadius {
  readonly whole: number;
  /** The largest of the radii. */
  readonly widest: number;
  /** The radius among the samples of each half that the sample is in. */
  readonly ofHalves: readonly (readonly [half: number, radius: number])[];
}

function plainRadii(features: Matrix, k: number): HalvedRadius[] {
  return Array.from(neighbourRadii(features, k), (whole) => ({ whole, widest: whole, ofHalves: [] }));
}

/** A half has the k nearest among so many times k nearest of all, but for one time in millions. */
const NEAREST_TIMES = 16;

function halvedRadii(features: Matrix, k: number, { splits, maskOf }: HalfSplits): HalvedRadius[] {
  const radii: HalvedRadius[] = [];
  for (const { row, distances } of squaredDistances(features, features)) {
    const count = Math.min(NEAREST_TIMES * k, features.rows - 1);
    const near = smallest(distances, count, (place) => place === row);
    const own = maskOf[row] as number;
    const ofHalves: [number, number][] = [];
    for (let half = 0; half < 2 * splits; half++) {
      if (((own >>> half) & 1) === 0) continue;
      const isIn = (place: number): boolean => (((maskOf[place] as number) >>> half) & 1) === 1;
      const kth =
        kthWith(near, k, isIn) ?? smallest(distances, k, (place) => place === row || !isIn(place)).values[k - 1];
      ofHalves.push([half, kth as number]);
    }
    const whole = near.values[k - 1] as number;
    radii.push({ whole, widest: ofHalves.reduce((most, [, radius]) => Math.max(most, radius), whole), ofHalves });
  }
  return radii;
}

/** The k-th of sorted values whose place counts, or null when fewer do. */
function kthWith(
  { values, places }: ReturnType<typeof smallest>,
  k: number,
  counts: (place: number) => boolean,
): number | null {
  let left = k;
  for (let i = 0; i < values.length; i++) {
    if (counts(places[i] as number) && --left === 0) return values[i] as number;
  }
  return null;
}

/** The share of masks in which a bit is set. */
function shareWith(masks: Uint32Array, bit: number): number {
  return masks.reduce((sum, mask) => sum + ((mask >>> bit) & 1), 0) / masks.length;
}

function mean(values: Float64Array | Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
