import { keepColumnUpdate, reflectColumn, updateAndSum, withColumnReduction } from "./column-reduction.ts";
import { matrix, type Matrix } from "./matrix.ts";

/**
 * The upper triangular R [n, n] with R^T R = A^T A for `a` [m, n], m >= n, by Householder reflections, which squares
 * nothing. Throws RangeError when m < n. Source: Golub and Van Loan, "Matrix Computations", algorithm 5.2.1.
 */
export function triangularFactor(a: Matrix): Matrix {
  const { rows, columns } = a;
  if (rows < columns) throw new RangeError(`triangular factor: needs rows >= columns, got ${rows} x ${columns}`);
  return withColumnReduction(a, (reduction) => {
    const factor = new Float64Array(columns * columns);
    for (let k = 0; k < columns; k++) {
      const { value, scale } = reflectColumn(reduction, k);
      factor[k * columns + k] = value;
      if (k === columns - 1) break;
      updateAndSum(reduction, k, { scale, multiply: false });
      factor.set(reduction.v.values.subarray(k + 1, columns), k * columns + k + 1);
      keepColumnUpdate(reduction, k);
    }
    return matrix(columns, columns, factor);
  });
}
