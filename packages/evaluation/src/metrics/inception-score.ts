import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeatures } from "./check-features.ts";

export interface InceptionScore {
  /** 1 to the number of classes. */
  readonly mean: number;
  /** Over the splits, ddof 0. */
  readonly standardDeviation: number;
}

/**
 * The Inception Score of class logits [n, classes] in the given order: exp of the mean divergence of each picture's
 * classes from those of its split, over `splits` equal splits (10 in the paper). Throws INVALID_INPUT unless n >= splits.
 * Source: Salimans et al. 2016 (arXiv 1606.03498), section 4.
 */
export function inceptionScore(logits: Matrix, splits = 10): InceptionScore {
  if (!Number.isInteger(splits) || splits < 1) {
    throw new MezzotintError("INVALID_INPUT", `Inception Score: needs at least 1 split, got ${splits}`);
  }
  checkFeatures(logits, "class logits", splits);
  const logProbabilities = logSoftmax(logits);
  const scores = Array.from({ length: splits }, (_, split) => {
    const start = Math.floor((split * logits.rows) / splits);
    const end = Math.floor(((split + 1) * logits.rows) / splits);
    return Math.exp(meanDivergence(logProbabilities, { start, end, classes: logits.columns }));
  });
  const mean = scores.reduce((sum, score) => sum + score, 0) / splits;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / splits;
  return { mean, standardDeviation: Math.sqrt(variance) };
}

function logSoftmax({ rows, columns, data }: Matrix): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = Float64Array.from(data.subarray(i * columns, (i + 1) * columns));
    const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const logSum = Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
    result.set(
      row.map((value) => value - largest - logSum),
      i * columns,
    );
  }
  return result;
}

/** The mean over rows of sum p (log p - log mean p). */
function meanDivergence(
  logProbabilities: Float64Array,
  { start, end, classes }: { start: number; end: number; classes: number },
): number {
  const average = new Float64Array(classes);
  let negativeEntropy = 0;
  for (let at = start * classes; at < end * classes; at++) {
    const log = logProbabilities[at] as number;
    const probability = Math.exp(log);
    average[at % classes] = (average[at % classes] as number) + probability / (end - start);
    if (probability > 0) negativeEntropy += (probability * log) / (end - start);
  }
  return average.reduce((sum, value) => (value > 0 ? sum - value * Math.log(value) : sum), negativeEntropy);
}
