import { reflectColumn, reflectRow, updateAndSum, withColumnReduction } from "./column-reduction.ts";
import type { Matrix } from "./matrix.ts";

export interface Bidiagonal {
  /** n entries. */
  readonly diagonal: Float64Array;
  /** n - 1 entries. */
  readonly superdiagonal: Float64Array;
}

/**
 * The upper bidiagonal matrix with the singular values of `a` [m, n], m >= n, by Householder reflections from both sides.
 * Throws RangeError when m < n.
 * Source: Golub and Kahan, "Calculating the singular values and pseudo-inverse of a matrix", 1965.
 */
export function bidiagonalize(a: Matrix): Bidiagonal {
  const { rows, columns } = a;
  if (rows < columns) throw new RangeError(`bidiagonal form: needs rows >= columns, got ${rows} x ${columns}`);
  return withColumnReduction(a, (reduction) => {
    const diagonal = new Float64Array(columns);
    const superdiagonal = new Float64Array(Math.max(0, columns - 1));
    for (let k = 0; k < columns; k++) {
      const left = reflectColumn(reduction, k);
      diagonal[k] = left.value;
      if (k === columns - 1) break;
      updateAndSum(reduction, k, { scale: left.scale, multiply: true });
      superdiagonal[k] = reflectRow(reduction, k);
    }
    return { diagonal, superdiagonal };
  });
}
