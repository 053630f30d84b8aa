import type { Matrix } from "@mezzotint/numeric/linalg/matrix";

/** The rows of a matrix [n, d], each a copy in float32. */
export function matrixRows({ rows, columns, data }: Matrix): Float32Array[] {
  return Array.from({ length: rows }, (_, row) => Float32Array.from(data.subarray(row * columns, (row + 1) * columns)));
}
