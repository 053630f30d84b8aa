import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "./check-features.ts";
import { squaredDistances } from "./squared-distances.ts";

const SIGMA = 10;
const SCALE = 1_000;

/**
 * The CLIP maximum mean discrepancy of image embeddings [n, d] and [m, d]: unit length, Gaussian kernel of width 10,
 * pairs of a picture with itself included (biased), times 1,000; never negative. Throws INVALID_INPUT for an empty set or
 * an embedding of length 0. Source: Jayasumana et al. 2024 (arXiv 2401.09603), section 4.
 */
export function clipDiscrepancy(samples: Matrix, reference: Matrix): number {
  checkFeaturePair(samples, reference, 1);
  const [x, y] = [unitLength(samples), unitLength(reference)];
  return SCALE * (meanKernel(x, x) + meanKernel(y, y) - 2 * meanKernel(x, y));
}

function unitLength({ rows, columns, data }: Matrix): Matrix {
  const result = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    const row = result.subarray(i * columns, (i + 1) * columns);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length === 0) throw new MezzotintError("INVALID_INPUT", `CMMD: embedding ${i} of ${rows} has length 0`);
    for (let j = 0; j < columns; j++) row[j] = (row[j] as number) / length;
  }
  return matrix(rows, columns, result);
}

function meanKernel(a: Matrix, b: Matrix): number {
  let sum = 0;
  for (const { distances } of squaredDistances(a, b)) {
    sum += distances.reduce((rowSum, distance) => rowSum + Math.exp(-distance / (2 * SIGMA * SIGMA)), 0);
  }
  return sum / (a.rows * b.rows);
}
