/**
 * Solves A x = b for a small dense matrix given by rows, by Gaussian elimination with partial pivoting.
 * Golub & Van Loan 2013, Matrix Computations, Algorithm 3.4.1. Throws RangeError for a singular matrix or wrong sizes.
 */
export function solveLinear(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  if (matrix.length !== size || matrix.some((row) => row.length !== size)) {
    throw new RangeError(
      `linear system: expected ${size} rows of ${size}, got ${matrix.map((row) => row.length).join(",")}`,
    );
  }
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  for (let column = 0; column < size; column++) {
    const below = rows.slice(column).map((row) => Math.abs(row[column] as number));
    const pivot = column + below.indexOf(Math.max(...below));
    const top = rows[pivot] as number[];
    if (top[column] === 0) throw new RangeError(`linear system of ${size}: column ${column} has no pivot`);
    rows[pivot] = rows[column] as number[];
    rows[column] = top;
    for (const row of rows.slice(column + 1)) {
      const factor = (row[column] as number) / (top[column] as number);
      for (let i = column; i <= size; i++) row[i] = (row[i] as number) - factor * (top[i] as number);
    }
  }
  return backSubstituted(rows, size);
}

function backSubstituted(rows: readonly (readonly number[])[], size: number): number[] {
  const solution: number[] = Array.from({ length: size }, () => 0);
  for (let i = size - 1; i >= 0; i--) {
    const row = rows[i] as readonly number[];
    const known = solution.reduce((sum, value, j) => (j > i ? sum + value * (row[j] as number) : sum), 0);
    solution[i] = ((row[size] as number) - known) / (row[i] as number);
  }
  return solution;
}
