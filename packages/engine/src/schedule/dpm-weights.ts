import { z } from "zod";
import type { LogSnrLevel } from "./half-log-snr.ts";

/** Which integral is solved: of the clean picture (++) or the noise, as an ODE or an SDE. "deis" is read as "++". */
export const DpmAlgorithm = z.preprocess(
  (value) => (value === "deis" ? "dpmsolver++" : value),
  z.enum(["dpmsolver", "dpmsolver++", "sde-dpmsolver", "sde-dpmsolver++"]),
);
export type DpmAlgorithm = z.infer<typeof DpmAlgorithm>;

/** How the second order estimates the slope; names of related solvers are read as "midpoint". */
export const SolverType = z.preprocess(
  (value) => (["logrho", "bh1", "bh2"].some((name) => name === value) ? "midpoint" : value),
  z.enum(["midpoint", "heun"]),
);
export type SolverType = z.infer<typeof SolverType>;

export interface DpmWeightsInput {
  readonly algorithm: DpmAlgorithm;
  readonly solver: SolverType;
  readonly from: LogSnrLevel;
  readonly to: LogSnrLevel;
}

/** Factors of the sample, of the integrand's value, slope and curvature, and of fresh noise. */
export interface DpmWeights {
  readonly sample: number;
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
  readonly noise: number;
}

/** Whether the algorithm integrates the clean picture. */
export function isDataPrediction(algorithm: DpmAlgorithm): boolean {
  return algorithm === "dpmsolver++" || algorithm === "sde-dpmsolver++";
}

/** Whether the algorithm adds fresh noise at every step. */
export function isStochastic(algorithm: DpmAlgorithm): boolean {
  return algorithm === "sde-dpmsolver" || algorithm === "sde-dpmsolver++";
}

/** The limit for a step of no length, where the formulas divide by h. */
const STANDSTILL: DpmWeights = { sample: 1, value: 0, slope: 0, curvature: 0, noise: 0 };

const round = Math.fround;
const exponential = (value: number) => round(Math.exp(value));

/**
 * The exponential weights of one DPM-Solver step, written with h = lambda(to) - lambda(from) and h itself as the unit of
 * the differences; in single precision and in the order of torch, for the differences of large outputs that they weigh.
 * Lu et al. 2022 (arXiv 2206.00927, section 3; arXiv 2211.01095, section 4 and appendix C).
 */
export function dpmWeights(input: DpmWeightsInput): DpmWeights {
  const { algorithm, from, to } = input;
  if (to.lambda === from.lambda) return STANDSTILL;
  switch (algorithm) {
    case "dpmsolver++":
      return dataWeights(input);
    case "dpmsolver":
      return noiseWeights(input);
    case "sde-dpmsolver++": {
      const h = round(to.lambda - from.lambda);
      const gone = round(1 - exponential(-2 * h));
      const value = round(to.alpha * gone);
      const slope = input.solver === "midpoint" ? value / 2 : round(to.alpha * round(round(gone / (-2 * h)) + 1));
      const bent = round(round(round(gone - 2 * h) / round((2 * h) ** 2)) - 0.5);
      const sample = round(round(to.sigma / from.sigma) * exponential(-h));
      return {
        sample,
        value,
        slope,
        curvature: round(to.alpha * bent),
        noise: round(to.sigma * round(Math.sqrt(gone))),
      };
    }
    case "sde-dpmsolver": {
      const { sample, value, slope } = noiseWeights(input);
      const h = round(to.lambda - from.lambda);
      const noise = round(to.sigma * round(Math.sqrt(round(exponential(2 * h) - 1))));
      return { sample, value: 2 * value, slope: 2 * slope, curvature: 0, noise };
    }
  }
}

function dataWeights({ solver, from, to }: DpmWeightsInput): DpmWeights {
  const h = round(to.lambda - from.lambda);
  const grown = round(exponential(-h) - 1);
  const value = -round(to.alpha * grown);
  const slope = solver === "midpoint" ? value / 2 : round(to.alpha * round(round(grown / h) + 1));
  const curvature = -round(to.alpha * round(round(round(grown + h) / round(h * h)) - 0.5));
  return { sample: round(to.sigma / from.sigma), value, slope, curvature, noise: 0 };
}

function noiseWeights({ solver, from, to }: DpmWeightsInput): DpmWeights {
  const h = round(to.lambda - from.lambda);
  const grown = round(exponential(h) - 1);
  const value = -round(to.sigma * grown);
  const slope = solver === "midpoint" ? value / 2 : -round(to.sigma * round(round(grown / h) - 1));
  const curvature = -round(to.sigma * round(round(round(grown - h) / round(h * h)) - 0.5));
  return { sample: round(to.alpha / from.alpha), value, slope, curvature, noise: 0 };
}
