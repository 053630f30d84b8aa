import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "./check-features.ts";
import { kernelSums, totalKernel, type KernelTotals } from "./kernel-sums.ts";
import type { GroupedDistance } from "./kid.ts";
import { oneGroup, type SampleGrouping } from "./sample-grouping.ts";
import { unitRows } from "./unit-rows.ts";

const SIGMA = 10;
const SCALE = 1_000;

/**
 * The CLIP maximum mean discrepancy of image embeddings [n, d] and [m, d]: unit length, Gaussian kernel of width 10,
 * pairs of a picture with itself included (biased), times 1,000; never negative. Throws INVALID_INPUT for an empty set or
 * an embedding of length 0. Source: Jayasumana et al. 2024 (arXiv 2401.09603), section 4.
 */
export function clipDiscrepancy(samples: Matrix, reference: Matrix): number {
  return groupedClipDiscrepancy(samples, reference, oneGroup(samples.rows)).value;
}

/** `clipDiscrepancy` as a whole and without each group; a group that leaves no samples gives NaN. */
export function groupedClipDiscrepancy(samples: Matrix, reference: Matrix, grouping: SampleGrouping): GroupedDistance {
  checkFeaturePair(samples, reference, 1);
  const sums = kernelSums(unitRows(samples, "CMMD"), unitRows(reference, "CMMD"), { kernel: gaussian, grouping });
  const leftOut = Float64Array.from({ length: grouping.groups }, (_, group) => biased(totalKernel(sums, group)));
  return { value: biased(totalKernel(sums, null)), leftOut };
}

/** exp(-|x - y|^2 / (2 sigma^2)) of unit vectors, less 1, which cancels and would cost digits. */
function gaussian(product: number): number {
  return Math.expm1((product - 1) / (SIGMA * SIGMA));
}

function biased({ samples, across, reference }: KernelTotals): number {
  const [n, m] = [samples.count, reference.count];
  const own = (samples.within + samples.itself) / (n * n);
  const other = (reference.within + reference.itself) / (m * m);
  return SCALE * (own + other - (2 * across) / (n * m));
}
