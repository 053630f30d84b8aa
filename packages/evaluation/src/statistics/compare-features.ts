import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { isSwapped, labelSwapTest } from "@mezzotint/statistics/label-swap";
import { numberClusters } from "@mezzotint/statistics/sample-groups";

export interface FeatureComparisonInput {
  /** [n, d] features of one run, and of the other with the same prompt and seed in the same row. */
  readonly a: Matrix;
  readonly b: Matrix;
  /** The prompt of each row. */
  readonly clusters: readonly string[];
  /** The score of one set of features, for instance its distance to a reference. */
  readonly score: (features: Matrix) => number;
  readonly seed: bigint;
  /** Random exchanges, 199 unless told: a score of a whole set is dear. */
  readonly permutations?: number;
}

/**
 * The difference score(a) - score(b) of two paired runs and its p value by exchanging whole prompts between them.
 * Throws INVALID_INPUT when the sizes differ.
 */
export function compareFeatures(input: FeatureComparisonInput): {
  readonly difference: number;
  readonly pValue: number;
} {
  const { a, b, clusters, score, seed, permutations = 199 } = input;
  if (a.rows !== b.rows || a.columns !== b.columns || a.rows !== clusters.length) {
    const found = `${a.rows} x ${a.columns}, ${b.rows} x ${b.columns} and ${clusters.length} prompts`;
    throw new MezzotintError("INVALID_INPUT", `paired features: sizes must be equal, got ${found}`);
  }
  const { numbers, count } = numberClusters(clusters);
  return labelSwapTest({
    units: count,
    seed,
    permutations,
    difference: (swapped) => {
      const [left, right] = exchangeRows(a, b, (row) => isSwapped(swapped, numbers[row] as number));
      return score(left) - score(right);
    },
  });
}

function exchangeRows(a: Matrix, b: Matrix, exchanged: (row: number) => boolean): readonly [Matrix, Matrix] {
  const { rows, columns } = a;
  const left = Float64Array.from(a.data);
  const right = Float64Array.from(b.data);
  for (let row = 0; row < rows; row++) {
    if (!exchanged(row)) continue;
    const [start, end] = [row * columns, (row + 1) * columns];
    left.set(b.data.subarray(start, end), start);
    right.set(a.data.subarray(start, end), start);
  }
  return [matrix(rows, columns, left), matrix(rows, columns, right)];
}
