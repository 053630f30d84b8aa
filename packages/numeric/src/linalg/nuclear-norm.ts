import { matrix, type Matrix } from "./matrix.ts";
import { multiplyTransposed } from "./multiply-transposed.ts";
import { singularValues } from "./singular-values.ts";
import { triangularFactor } from "./triangular-factor.ts";

/**
 * The nuclear norm of A B^T, its sum of singular values, for [m, k] and [n, k]; 0 when a side has no rows.
 * A side with more rows than columns is first reduced to its triangular factor, which leaves the norm as it is.
 * Throws RangeError when the numbers of columns differ or an element is not finite.
 */
export function nuclearNormOfProduct(a: Matrix, b: Matrix): number {
  const [left, right] = orderColumns(atMostSquare(a), atMostSquare(b));
  const product = left.rows >= right.rows ? multiplyTransposed(left, right) : multiplyTransposed(right, left);
  return singularValues(product).reduce((sum, value) => sum + value, 0);
}

/**
 * Both sides with their columns in the order in which those of the left end, which leaves the product as it is: a Cholesky
 * factor that was pivoted becomes triangular, and its zeros are half of the product's terms.
 */
function orderColumns(left: Matrix, right: Matrix): readonly [Matrix, Matrix] {
  const { rows, columns, data } = left;
  const ends = new Int32Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) if (data[i * columns + j] !== 0) ends[j] = i;
  }
  if (ends.every((end, j) => j === 0 || end >= (ends[j - 1] as number))) return [left, right];
  const order = Int32Array.from(ends.keys()).sort((a, b) => (ends[a] as number) - (ends[b] as number) || a - b);
  return [withColumns(left, order), withColumns(right, order)];
}

function withColumns({ rows, columns, data }: Matrix, order: Int32Array): Matrix {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = data[i * columns + (order[j] as number)] as number;
  }
  return matrix(rows, columns, result);
}

function atMostSquare(a: Matrix): Matrix {
  return a.rows > a.columns ? triangularFactor(a) : a;
}
