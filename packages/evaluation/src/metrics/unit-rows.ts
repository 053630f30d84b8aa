import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";

/** Every row [n, d] divided by its length, in float64. Throws INVALID_INPUT for a row of length 0, naming it. */
export function unitRows({ rows, columns, data }: Matrix, label: string): Matrix {
  const result = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    const row = result.subarray(i * columns, (i + 1) * columns);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) throw new MezzotintError("INVALID_INPUT", `${label}: embedding ${i} of ${rows} has length 0`);
    for (let j = 0; j < columns; j++) row[j] = (row[j] as number) / length;
  }
  return matrix(rows, columns, result);
}
