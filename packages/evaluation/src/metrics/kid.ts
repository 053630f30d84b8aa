import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "./check-features.ts";
import { kernelSums, totalKernel, type DotKernel, type KernelTotals } from "./kernel-sums.ts";
import { oneGroup, type SampleGrouping } from "./sample-grouping.ts";

/** A distance, and what it is without each group of samples. */
export interface GroupedDistance {
  readonly value: number;
  readonly leftOut: Float64Array;
}

/**
 * The kernel inception distance of features [n, d] and [m, d], n, m >= 2: the unbiased squared maximum mean discrepancy
 * with k(x, y) = (x.y / d + 1)^3, or another polynomial kernel, over all pairs at once. Never clamped, so it may be negative when the sets are alike.
 * Throws INVALID_INPUT for fewer samples, numbers that are none, or dimensions that differ.
 * Source: Binkowski et al. 2018 (arXiv 1801.01401), section 4.
 */
export function kernelDistance(samples: Matrix, reference: Matrix, kernel: PolynomialKernel = {}): number {
  return kernelDistanceBy(polynomial(kernel, samples.columns), { samples, reference, grouping: oneGroup(samples.rows) })
    .value;
}

/** (gamma x.y + offset)^degree; absent parts are those of the paper: 1 / d, 1 and 3. */
export interface PolynomialKernel {
  readonly gamma?: number;
  readonly offset?: number;
  readonly degree?: number;
}

function polynomial({ gamma, offset = 1, degree = 3 }: PolynomialKernel, dimensions: number): DotKernel {
  const scaled = (product: number): number => (gamma === undefined ? product / dimensions : gamma * product) + offset;
  if (degree !== 3) return (product) => scaled(product) ** degree;
  return (product) => {
    const value = scaled(product);
    return value * value * value;
  };
}

/** `kernelDistance` as a whole and without each group; a group that leaves fewer than 2 samples gives NaN. */
export function groupedKernelDistance(samples: Matrix, reference: Matrix, grouping: SampleGrouping): GroupedDistance {
  return kernelDistanceBy(polynomial({}, samples.columns), { samples, reference, grouping });
}

interface Sets {
  readonly samples: Matrix;
  readonly reference: Matrix;
  readonly grouping: SampleGrouping;
}

function kernelDistanceBy(kernel: DotKernel, { samples, reference, grouping }: Sets): GroupedDistance {
  checkFeaturePair(samples, reference, 2);
  const sums = kernelSums(samples, reference, { kernel, grouping });
  const leftOut = Float64Array.from({ length: grouping.groups }, (_, group) => unbiased(totalKernel(sums, group)));
  return { value: unbiased(totalKernel(sums, null)), leftOut };
}

function unbiased({ samples, across, reference }: KernelTotals): number {
  const [n, m] = [samples.count, reference.count];
  return samples.within / (n * (n - 1)) + reference.within / (m * (m - 1)) - (2 * across) / (n * m);
}
