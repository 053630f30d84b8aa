import { matrix, type Matrix } from "./matrix.ts";

/**
 * The inverse of a small symmetric positive definite matrix [d, d], by its Cholesky factor.
 * Throws RangeError when it is not square or not positive definite to working precision.
 */
export function invertPositiveDefinite(a: Matrix): Matrix {
  const size = a.rows;
  const factor = choleskyFactor(a);
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const x = new Float64Array(size);
    for (let i = column; i < size; i++) {
      let rest = i === column ? 1 : 0;
      for (let k = column; k < i; k++) rest -= (factor[i * size + k] as number) * (x[k] as number);
      x[i] = rest / (factor[i * size + i] as number);
    }
    for (let i = size - 1; i >= 0; i--) {
      let rest = x[i] as number;
      for (let k = i + 1; k < size; k++) rest -= (factor[k * size + i] as number) * (x[k] as number);
      x[i] = rest / (factor[i * size + i] as number);
    }
    inverse.set(x, column * size);
  }
  return matrix(size, size, inverse);
}

/** The lower triangular L with L L^T = A. */
function choleskyFactor({ rows, columns, data }: Matrix): Float64Array {
  if (rows !== columns) throw new RangeError(`inverse: needs a square matrix, got ${rows} x ${columns}`);
  const factor = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = data[i * rows + j] as number;
      for (let k = 0; k < j; k++) rest -= (factor[i * rows + k] as number) * (factor[j * rows + k] as number);
      if (i > j) {
        factor[i * rows + j] = rest / (factor[j * rows + j] as number);
        continue;
      }
      const smallest = rows * Number.EPSILON * (data[i * rows + i] as number);
      if (!(rest > smallest)) {
        throw new RangeError(`inverse: ${rows} x ${rows} matrix is not positive definite: pivot ${i} is ${rest}`);
      }
      factor[i * rows + i] = Math.sqrt(rest);
    }
  }
  return factor;
}
