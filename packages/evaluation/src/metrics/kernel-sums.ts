import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { multiplyTransposed } from "@mezzotint/numeric/linalg/multiply-transposed";
import { rowBlocks } from "./row-blocks.ts";
import { CarefulSums } from "./careful-sums.ts";
import type { SampleGrouping } from "./sample-grouping.ts";

/** A kernel of the scalar product of two vectors. */
export type DotKernel = (product: number) => number;

/** A kernel summed over pairs, by group of samples, from which a discrepancy without any one group follows. */
export interface KernelSums {
  /** Samples in each group. */
  readonly counts: Float64Array;
  /** [groups, groups]: over pairs of different samples, one of each group, in both orders. */
  readonly within: Float64Array;
  /** [groups]: over pairs of a sample and itself. */
  readonly itself: Float64Array;
  /** [groups]: over pairs of a sample and a reference. */
  readonly across: Float64Array;
  /** Over pairs of different references in both orders, and over those of a reference with itself. */
  readonly reference: { readonly count: number; readonly within: number; readonly itself: number };
}

/** Sums a kernel over features [n, d] and [m, d]; every pair is computed once. */
export function kernelSums(
  samples: Matrix,
  reference: Matrix,
  { kernel, grouping }: { readonly kernel: DotKernel; readonly grouping: SampleGrouping },
): KernelSums {
  const { groups, groupOf } = grouping;
  const own = sumWithin(samples, kernel, grouping);
  const other = sumWithin(reference, kernel, { groups: 1, groupOf: new Int32Array(reference.rows) });
  const across = new CarefulSums(groups);
  for (const { start, block } of rowBlocks(samples)) {
    const products = multiplyTransposed(block, reference).data;
    for (let i = 0; i < block.rows; i++) {
      let sum = 0;
      for (let at = i * reference.rows; at < (i + 1) * reference.rows; at++) sum += kernel(products[at] as number);
      across.add(groupOf[start + i] as number, sum);
    }
  }
  return {
    ...own,
    across: across.values(),
    reference: { count: reference.rows, within: other.within[0] as number, itself: other.itself[0] as number },
  };
}

function sumWithin(features: Matrix, kernel: DotKernel, { groups, groupOf }: SampleGrouping) {
  const { rows, columns, data } = features;
  const counts = new Float64Array(groups);
  const itself = new CarefulSums(groups);
  const within = new CarefulSums(groups * groups);
  const sums = new Float64Array(groups);
  for (const { start, block } of rowBlocks(features)) {
    const rest = matrix(rows - start, columns, data.subarray(start * columns));
    const products = multiplyTransposed(block, rest).data;
    for (let i = 0; i < block.rows; i++) {
      const group = groupOf[start + i] as number;
      const row = i * rest.rows;
      counts[group] = (counts[group] as number) + 1;
      itself.add(group, kernel(products[row + i] as number));
      sums.fill(0);
      for (let j = i + 1; j < rest.rows; j++) {
        const other = groupOf[start + j] as number;
        sums[other] = (sums[other] as number) + kernel(products[row + j] as number);
      }
      for (let other = 0; other < groups; other++) {
        within.add(group * groups + other, sums[other] as number);
        within.add(other * groups + group, sums[other] as number);
      }
    }
  }
  return { counts, itself: itself.values(), within: within.values() };
}

/** The sums that a discrepancy is made of. */
export interface KernelTotals {
  readonly samples: { readonly count: number; readonly within: number; readonly itself: number };
  readonly across: number;
  readonly reference: { readonly count: number; readonly within: number; readonly itself: number };
}

/** The totals over all samples, or over those outside of one group. */
export function totalKernel(sums: KernelSums, without: number | null): KernelTotals {
  const groups = sums.counts.length;
  let [count, within, itself, across] = [0, 0, 0, 0];
  for (let g = 0; g < groups; g++) {
    if (g === without) continue;
    count += sums.counts[g] as number;
    itself += sums.itself[g] as number;
    across += sums.across[g] as number;
    for (let h = 0; h < groups; h++) if (h !== without) within += sums.within[g * groups + h] as number;
  }
  return { samples: { count, within, itself }, across, reference: sums.reference };
}
