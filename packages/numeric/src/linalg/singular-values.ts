import { bidiagonalize } from "./bidiagonalize.ts";
import { matrix, type Matrix } from "./matrix.ts";
import { tridiagonalEigenvalues } from "./tridiagonal-eigenvalues.ts";

/**
 * All min(m, n) singular values of `a` [m, n], in falling order, each right to a few units of rounding of the largest.
 * Throws RangeError for an element that is not finite. Source: the bidiagonal form's values are the positive eigenvalues
 * of the tridiagonal matrix with a zero diagonal (Golub and Kahan, 1965), which squares nothing.
 */
export function singularValues(a: Matrix): Float64Array {
  const largest = largestMagnitude(a);
  const count = Math.min(a.rows, a.columns);
  if (largest === 0) return new Float64Array(count);
  // A power of two scales without rounding; the limit keeps it finite for subnormal matrices.
  const scale = 2 ** Math.min(1_023, -Math.floor(Math.log2(largest)));
  const tall = a.rows >= a.columns ? scaled(a, scale) : transposed(scaled(a, scale));
  const { diagonal, superdiagonal } = bidiagonalize(tall);
  const interleaved = new Float64Array(2 * count - 1);
  for (let k = 0; k < count; k++) {
    interleaved[2 * k] = diagonal[k] as number;
    if (k < count - 1) interleaved[2 * k + 1] = superdiagonal[k] as number;
  }
  const paired = tridiagonalEigenvalues(new Float64Array(2 * count), interleaved);
  return paired
    .sort()
    .reverse()
    .subarray(0, count)
    .map((value) => Math.max(0, value) / scale);
}

function largestMagnitude({ rows, columns, data }: Matrix): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    if (!Number.isFinite(value)) {
      throw new RangeError(`singular values: element ${i} of ${rows} x ${columns} is ${value}`);
    }
    largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

function scaled(a: Matrix, factor: number): Matrix {
  return matrix(
    a.rows,
    a.columns,
    new Float64Array(a.data).map((value) => value * factor),
  );
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j] as number;
  }
  return matrix(columns, rows, result);
}
