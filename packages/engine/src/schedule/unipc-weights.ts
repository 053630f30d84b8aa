import { solveLinear } from "@mezzotint/numeric/linalg/solve-linear";

export interface UniPcWeightsInput {
  /** Lambda at the end of the step, at its start, and at earlier points: one more than the order. */
  readonly lambdas: readonly number[];
  /** Whether the integrand is the clean picture; else the noise. */
  readonly predictsData: boolean;
  /** Which function B(h) the paper's variant takes. */
  readonly solver: "bh1" | "bh2";
  /** Whether the output at the end of the step is known (UniC) or not (UniP). */
  readonly corrects: boolean;
}

export interface UniPcWeights {
  /** h phi_1(h): factor of the output at the start. */
  readonly value: number;
  /** B(h): factor of the weighted differences. */
  readonly scale: number;
  /** Distances in lambda of the earlier outputs, nearest first, with the step as the unit. */
  readonly ratios: readonly number[];
  /** Of the differences of the earlier outputs, and of the new one when correcting. */
  readonly rhos: readonly number[];
}

const round = Math.fround;

/**
 * The coefficients of one UniPC step, in single precision. Zhao et al. 2023 (arXiv 2302.04867), equations 7 and 8 and
 * Appendix F: the system R rho = phi with rows of powers of the relative lambdas.
 */
export function uniPcWeights({ lambdas, predictsData, solver, corrects }: UniPcWeightsInput): UniPcWeights {
  const [end, start, ...earlier] = lambdas as [number, number, ...number[]];
  const h = round(end - start);
  const signed = predictsData ? -h : h;
  const value = round(Math.expm1(signed));
  const scale = solver === "bh1" ? signed : value;
  const ratios = earlier.map((lambda) => round(round(lambda - start) / h));
  const order = lambdas.length - 1;
  const rhos = solveRhos(corrects ? [...ratios, 1] : ratios, { order, signed, scale, value });
  return { value, scale, ratios, rhos };
}

interface SystemInput {
  readonly order: number;
  readonly signed: number;
  readonly scale: number;
  readonly value: number;
}

/** Few nodes have the paper's fixed answer 1/2; more are solved for. */
function solveRhos(nodes: readonly number[], { order, signed, scale, value }: SystemInput): readonly number[] {
  if (nodes.length === 0) return [];
  const predictsAtSecondOrder = order === 2 && nodes.length === 1;
  if (order === 1 || predictsAtSecondOrder) return [0.5];
  const right: number[] = [];
  let factorial = 1;
  let phi = round(round(value / signed) - 1);
  for (let row = 1; row <= nodes.length; row++) {
    right.push(round(round(phi * factorial) / scale));
    factorial *= row + 1;
    phi = round(round(phi / signed) - round(1 / factorial));
  }
  const matrix = nodes.map((_, power) => nodes.map((node) => round(node ** power)));
  return solveLinear(matrix, right).map(round);
}
