import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";

const ROWS_AT_ONCE = 512;

/** A matrix in blocks of at most 512 rows, as views, so that products with other sets stay small. */
export function* rowBlocks({ rows, columns, data }: Matrix): Generator<{ start: number; block: Matrix }> {
  for (let start = 0; start < rows; start += ROWS_AT_ONCE) {
    const end = Math.min(start + ROWS_AT_ONCE, rows);
    yield { start, block: matrix(end - start, columns, data.subarray(start * columns, end * columns)) };
  }
}
