import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { multiplyTransposed } from "@mezzotint/numeric/linalg/multiply-transposed";
import { checkFeaturePair } from "./check-features.ts";
import { rowBlocks } from "./row-blocks.ts";

/** An estimate with its standard error over both sets of samples. */
export interface KernelDistance {
  /** Unbiased, so it may be negative when the sets are alike. */
  readonly value: number;
  /** By leaving out each sample once; null with fewer than 3 samples on a side. */
  readonly standardError: number | null;
}

/**
 * The kernel inception distance of features [n, d] and [m, d], n, m >= 2: the unbiased squared maximum mean discrepancy
 * with k(x, y) = (x.y / d + 1)^3 over all pairs at once. Never clamped. Throws INVALID_INPUT for fewer samples, numbers
 * that are none, or dimensions that differ. Source: Binkowski et al. 2018 (arXiv 1801.01401), section 4.
 */
export function kernelDistance(samples: Matrix, reference: Matrix): KernelDistance {
  checkFeaturePair(samples, reference, 2);
  const [within, withinReference] = [sumsWithin(samples), sumsWithin(reference)];
  const { rows: across, columns: acrossReference } = sumsAcross(samples, reference);
  const totals = { x: total(within), y: total(withinReference), xy: total(across) };
  const [n, m] = [samples.rows, reference.rows];
  const value = discrepancy(totals, n, m);
  if (n < 3 || m < 3) return { value, standardError: null };
  const withoutSample = within.map((own, i) =>
    discrepancy({ ...totals, x: totals.x - 2 * own, xy: totals.xy - (across[i] as number) }, n - 1, m),
  );
  const withoutReference = withinReference.map((own, j) =>
    discrepancy({ ...totals, y: totals.y - 2 * own, xy: totals.xy - (acrossReference[j] as number) }, n, m - 1),
  );
  return { value, standardError: Math.sqrt(jackknifeVariance(withoutSample) + jackknifeVariance(withoutReference)) };
}

interface KernelTotals {
  /** Over all ordered pairs of different samples. */
  readonly x: number;
  readonly y: number;
  readonly xy: number;
}

function discrepancy({ x, y, xy }: KernelTotals, n: number, m: number): number {
  return x / (n * (n - 1)) + y / (m * (m - 1)) - (2 * xy) / (n * m);
}

/** The kernel of each sample summed over all others of its own set; every pair is computed once. */
function sumsWithin(features: Matrix): Float64Array {
  const { rows, columns, data } = features;
  const sums = new Float64Array(rows);
  for (const { start, block } of rowBlocks(features)) {
    const rest = matrix(rows - start, columns, data.subarray(start * columns));
    const products = multiplyTransposed(block, rest).data;
    for (let i = 0; i < block.rows; i++) {
      for (let j = i + 1; j < rest.rows; j++) {
        const kernel = ((products[i * rest.rows + j] as number) / columns + 1) ** 3;
        sums[start + i] = (sums[start + i] as number) + kernel;
        sums[start + j] = (sums[start + j] as number) + kernel;
      }
    }
  }
  return sums;
}

/** The kernel summed over each row and each column of all pairs of two sets. */
function sumsAcross(a: Matrix, b: Matrix): { rows: Float64Array; columns: Float64Array } {
  const rows = new Float64Array(a.rows);
  const columns = new Float64Array(b.rows);
  for (const { start, block } of rowBlocks(a)) {
    const products = multiplyTransposed(block, b).data;
    for (let i = 0; i < block.rows; i++) {
      for (let j = 0; j < b.rows; j++) {
        const kernel = ((products[i * b.rows + j] as number) / a.columns + 1) ** 3;
        rows[start + i] = (rows[start + i] as number) + kernel;
        columns[j] = (columns[j] as number) + kernel;
      }
    }
  }
  return { rows, columns };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function jackknifeVariance(leftOut: Float64Array): number {
  const mean = total(leftOut) / leftOut.length;
  const squares = leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return ((leftOut.length - 1) / leftOut.length) * squares;
}
