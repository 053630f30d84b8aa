import type { Matrix } from "./matrix.ts";
import { multiplyTransposed } from "./multiply-transposed.ts";
import { singularValues } from "./singular-values.ts";
import { triangularFactor } from "./triangular-factor.ts";

/**
 * The nuclear norm of A B^T, its sum of singular values, for [m, k] and [n, k]; 0 when a side has no rows.
 * A side with more rows than columns is first reduced to its triangular factor, which leaves the norm as it is.
 * Throws RangeError when the numbers of columns differ or an element is not finite.
 */
export function nuclearNormOfProduct(a: Matrix, b: Matrix): number {
  const [left, right] = [atMostSquare(a), atMostSquare(b)];
  const product = left.rows >= right.rows ? multiplyTransposed(left, right) : multiplyTransposed(right, left);
  return singularValues(product).reduce((sum, value) => sum + value, 0);
}

function atMostSquare(a: Matrix): Matrix {
  return a.rows > a.columns ? triangularFactor(a) : a;
}
