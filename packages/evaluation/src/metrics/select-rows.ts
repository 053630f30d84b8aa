import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";

/** The given rows of a matrix, in that order, in float64. */
export function selectRows({ columns, data }: Matrix, rows: readonly number[]): Matrix {
  const selected = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => selected.set(data.subarray(row * columns, (row + 1) * columns), i * columns));
  return matrix(rows.length, columns, selected);
}
