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

/**
 * The exact exponential weights of one DPM-Solver step, written with h = lambda(to) - lambda(from) and h itself as the
 * unit of the differences. Lu et al. 2022 (arXiv 2206.00927, section 3; arXiv 2211.01095, section 4 and appendix C).
 */
export function dpmWeights({ algorithm, solver, from, to }: DpmWeightsInput): DpmWeights {
  const h = to.lambda - from.lambda;
  if (h === 0) return STANDSTILL;
  const midpoint = solver === "midpoint";
  switch (algorithm) {
    case "dpmsolver++": {
      const value = -to.alpha * Math.expm1(-h);
      const slope = midpoint ? value / 2 : to.alpha * (Math.expm1(-h) / h + 1);
      const curvature = -to.alpha * ((Math.expm1(-h) + h) / h ** 2 - 0.5);
      return { sample: to.sigma / from.sigma, value, slope, curvature, noise: 0 };
    }
    case "dpmsolver": {
      const value = -to.sigma * Math.expm1(h);
      const slope = midpoint ? value / 2 : -to.sigma * (Math.expm1(h) / h - 1);
      const curvature = -to.sigma * ((Math.expm1(h) - h) / h ** 2 - 0.5);
      return { sample: to.alpha / from.alpha, value, slope, curvature, noise: 0 };
    }
    case "sde-dpmsolver++": {
      const gone = -Math.expm1(-2 * h);
      const value = to.alpha * gone;
      const slope = midpoint ? value / 2 : to.alpha * (1 - gone / (2 * h));
      const curvature = to.alpha * ((gone - 2 * h) / (2 * h) ** 2 - 0.5);
      const sample = (to.sigma / from.sigma) * Math.exp(-h);
      return { sample, value, slope, curvature, noise: to.sigma * Math.sqrt(gone) };
    }
    case "sde-dpmsolver": {
      const value = -2 * to.sigma * Math.expm1(h);
      const slope = midpoint ? value / 2 : -2 * to.sigma * (Math.expm1(h) / h - 1);
      const noise = to.sigma * Math.sqrt(Math.expm1(2 * h));
      return { sample: to.alpha / from.alpha, value, slope, curvature: 0, noise };
    }
  }
}
