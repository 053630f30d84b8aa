import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { multiplyTransposed } from "@mezzotint/numeric/linalg/multiply-transposed";
import { rowBlocks } from "./row-blocks.ts";

/** Shares of the squared lengths below which a squared distance is rounding and counts as 0. */
const ROUNDING = 1e-13;

/** Squared Euclidean distances of every row of `a` [n, d] to all rows of `b` [m, d], row after row of `a`. */
export function* squaredDistances(a: Matrix, b: Matrix): Generator<{ row: number; distances: Float64Array }> {
  const lengthsB = squaredLengths(b);
  for (const { start, block } of rowBlocks(a)) {
    const products = multiplyTransposed(block, b);
    const lengths = squaredLengths(block);
    for (let i = 0; i < block.rows; i++) {
      const own = lengths[i] as number;
      const distances = new Float64Array(b.rows);
      for (let j = 0; j < b.rows; j++) {
        const both = own + (lengthsB[j] as number);
        const distance = both - 2 * (products.data[i * b.rows + j] as number);
        distances[j] = distance > ROUNDING * both ? distance : 0;
      }
      yield { row: start + i, distances };
    }
  }
}

function squaredLengths({ rows, columns, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let at = i * columns; at < (i + 1) * columns; at++) sum += (data[at] as number) ** 2;
    return sum;
  });
}
