import { MezzotintError } from "@mezzotint/contracts/errors";

/** Solves A x = b for a square A (rows) by Gaussian elimination with partial pivoting; throws INVALID_INPUT when A is singular. */
export function solveLinear(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const rows: Float64Array[] = matrix.map((line, index) => Float64Array.of(...line, right[index] as number));
  for (let column = 0; column < size; column++) {
    const pivot = pivotRow(rows, column);
    [rows[column], rows[pivot]] = [rows[pivot] as Float64Array, rows[column] as Float64Array];
    const top = rows[column] as Float64Array;
    for (const [index, line] of rows.entries()) {
      if (index === column) continue;
      const factor = (line[column] as number) / (top[column] as number);
      for (let at = column; at <= size; at++) line[at] = (line[at] as number) - factor * (top[at] as number);
    }
  }
  return Float64Array.from(rows, (line, index) => (line[size] as number) / (line[index] as number));
}

function pivotRow(rows: readonly Float64Array[], column: number): number {
  let best = column;
  for (let index = column + 1; index < rows.length; index++) {
    if (Math.abs(rows[index]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = index;
  }
  if (Math.abs(rows[best]?.[column] ?? 0) < 1e-12) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `linear system of ${rows.length}: column ${column} has no pivot above 1e-12`,
    );
  }
  return best;
}
