import { MezzotintError } from "@mezzotint/contracts/errors";
import { invertPositiveDefinite } from "@mezzotint/numeric/linalg/invert-positive-definite";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkRanking } from "./comparison-graph.ts";

const STEPS_MAX = 100;
const SETTLED = 1e-13;
/** Steps below this that no longer halve are rounding. */
const ROUNDED = 1e-9;

export interface BradleyTerry {
  /** Log-odds strengths, which add up to 0: i beats j with probability 1 / (1 + exp(strength j - strength i)). */
  readonly strengths: Float64Array;
  /** [n, n]: the standard error of strength i - strength j. */
  readonly standardErrorOfDifference: Matrix;
}

/**
 * The most likely strengths from `wins` [n, n], n >= 2: how often i beat j, a tie counting half for both. `priorTies`
 * adds that many ties to every pair that was compared, for which strengths exist even when one side never lost. Throws
 * INVALID_INPUT when the comparisons do not connect all players, or (without a prior) leave strengths without bound.
 * Source: Bradley and Terry 1952; Ford 1957 (when strengths exist).
 */
export function fitBradleyTerry(wins: Matrix, { priorTies = 0 }: { readonly priorTies?: number } = {}): BradleyTerry {
  const votes = withPrior(wins, priorTies);
  checkRanking(votes);
  const strengths = new Float64Array(votes.rows);
  let smallest = Number.POSITIVE_INFINITY;
  for (let step = 0; ; step++) {
    if (step === STEPS_MAX) throw new MezzotintError("INTERNAL", `Bradley-Terry: not settled after ${STEPS_MAX} steps`);
    const change = newtonStep(votes, strengths);
    let scale = 1;
    const before = logLikelihood(votes, strengths);
    let next = moved(strengths, change, scale);
    while (logLikelihood(votes, next) < before - Math.abs(before) * 1e-14 && scale > 1e-10) {
      scale /= 2;
      next = moved(strengths, change, scale);
    }
    const largest = Math.max(...change.map(Math.abs));
    strengths.set(next);
    if (largest < SETTLED * (1 + Math.max(...strengths.map(Math.abs)))) break;
    // With many votes rounding of the gradient keeps a step from shrinking any further.
    if (largest < ROUNDED && largest >= smallest / 2) break;
    smallest = Math.min(smallest, largest);
  }
  return { strengths, standardErrorOfDifference: differenceErrors(votes, strengths) };
}

function withPrior(wins: Matrix, priorTies: number): Matrix {
  const { rows, columns, data } = wins;
  if (rows !== columns || rows < 2) {
    throw new MezzotintError("INVALID_INPUT", `votes: needs a square matrix of at least 2, got ${rows} x ${columns}`);
  }
  const votes = Float64Array.from(data, (count, at) => {
    const [i, j] = [Math.floor(at / rows), at % rows];
    if (!(count >= 0 && Number.isFinite(count)) || (i === j && count !== 0)) {
      throw new MezzotintError("INVALID_INPUT", `votes: ${i} against ${j} of ${rows} is ${count}`);
    }
    const compared = count + (data[j * rows + i] as number) > 0;
    return compared ? count + priorTies / 2 : count;
  });
  return matrix(rows, rows, votes);
}

function chance(difference: number): number {
  return 1 / (1 + Math.exp(-difference));
}

/** The information matrix without its last row and column, whose player stands still while the others move. */
function groundedInformation({ rows, data }: Matrix, strengths: Float64Array): Matrix {
  const size = rows - 1;
  const information = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < rows; j++) {
      if (i === j) continue;
      const p = chance((strengths[i] as number) - (strengths[j] as number));
      const weight = ((data[i * rows + j] as number) + (data[j * rows + i] as number)) * p * (1 - p);
      information[i * size + i] = (information[i * size + i] as number) + weight;
      if (j < size) information[i * size + j] = -weight;
    }
  }
  return matrix(size, size, information);
}

function newtonStep(votes: Matrix, strengths: Float64Array): Float64Array {
  const { rows, data } = votes;
  const size = rows - 1;
  const gradient = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < rows; j++) {
      const [won, lost] = [data[i * rows + j] as number, data[j * rows + i] as number];
      const p = chance((strengths[i] as number) - (strengths[j] as number));
      gradient[i] = (gradient[i] as number) + won - (won + lost) * p;
    }
  }
  const inverse = invertPositiveDefinite(groundedInformation(votes, strengths)).data;
  const change = new Float64Array(rows);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      change[i] = (change[i] as number) + (inverse[i * size + j] as number) * (gradient[j] as number);
    }
  }
  const mean = change.reduce((sum, value) => sum + value, 0) / rows;
  return change.map((value) => value - mean);
}

function moved(strengths: Float64Array, change: Float64Array, scale: number): Float64Array {
  return strengths.map((value, i) => value + scale * (change[i] as number));
}

function logLikelihood({ rows, data }: Matrix, strengths: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      const behind = (strengths[j] as number) - (strengths[i] as number);
      // log(1 + exp(behind)) without overflow.
      sum -= (data[i * rows + j] as number) * (Math.max(behind, 0) + Math.log1p(Math.exp(-Math.abs(behind))));
    }
  }
  return sum;
}

function differenceErrors(votes: Matrix, strengths: Float64Array): Matrix {
  const size = votes.rows - 1;
  const { data } = invertPositiveDefinite(groundedInformation(votes, strengths));
  const covariance = (i: number, j: number): number => (i < size && j < size ? (data[i * size + j] as number) : 0);
  const errors = Float64Array.from({ length: votes.rows ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / votes.rows), at % votes.rows];
    return Math.sqrt(Math.max(0, covariance(i, i) + covariance(j, j) - 2 * covariance(i, j)));
  });
  return matrix(votes.rows, votes.rows, errors);
}
