import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { multiplyTransposed } from "@mezzotint/numeric/linalg/multiply-transposed";
import { checkFeatures } from "./check-features.ts";
import { rowBlocks } from "./row-blocks.ts";
import { unitRows } from "./unit-rows.ts";

/** A cosine from which two pictures count as nearly the same; right for CLIP-like features, and part of the protocol. */
export const NEAR_DUPLICATE_COSINE = 0.98;

export interface NearDuplicates {
  /** 1 for each picture that has a twin among the others, else 0. */
  readonly hasTwin: Float64Array;
  /** The cosine with the most similar other picture, and which one it is. */
  readonly nearest: readonly { readonly place: number; readonly cosine: number }[];
}

/**
 * Finds pictures [n, d], n >= 2, that look like another one of the same set: cosine of features of at least `cosine`.
 * Throws INVALID_INPUT for fewer pictures, features of length 0 or a threshold outside (0, 1].
 */
export function nearDuplicates(features: Matrix, cosine = NEAR_DUPLICATE_COSINE): NearDuplicates {
  checkFeatures(features, "features", 2);
  if (!(cosine > 0 && cosine <= 1)) {
    throw new MezzotintError("INVALID_INPUT", `near duplicates: the cosine must lie in (0, 1], got ${cosine}`);
  }
  const unit = unitRows(features, "near duplicates");
  const { rows, columns } = unit;
  const best = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  const place = new Int32Array(rows);
  const offer = (one: number, other: number, value: number): void => {
    if (value <= (best[one] as number)) return;
    best[one] = value;
    place[one] = other;
  };
  for (const { start, block } of rowBlocks(unit)) {
    const rest = matrix(rows - start, columns, unit.data.subarray(start * columns));
    const products = multiplyTransposed(block, rest).data;
    for (let i = 0; i < block.rows; i++) {
      for (let j = i + 1; j < rest.rows; j++) {
        const value = products[i * rest.rows + j] as number;
        offer(start + i, start + j, value);
        offer(start + j, start + i, value);
      }
    }
  }
  // Equal vectors have a cosine of 1 up to rounding.
  const least = cosine - 1e-12;
  return {
    hasTwin: best.map((value) => (value >= least ? 1 : 0)),
    nearest: Array.from(best, (value, i) => ({ place: place[i] as number, cosine: Math.min(1, value) })),
  };
}
