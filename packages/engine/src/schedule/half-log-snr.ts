import { noiseLevelOfRatio, type NoiseLevel } from "./prediction.ts";

/** A noise level with lambda, half its logarithmic signal-to-noise ratio: infinite where there is no noise. */
export interface LogSnrLevel extends NoiseLevel {
  readonly lambda: number;
}

/** The level of a sigma: a noise-to-signal ratio, or on a flow the share of noise. Lu et al. 2022 (arXiv 2206.00927). */
export function logSnrLevel(sigma: number, flow: boolean): LogSnrLevel {
  const level = flow ? { alpha: 1 - sigma, sigma } : noiseLevelOfRatio(sigma);
  return { ...level, lambda: Math.log(level.alpha) - Math.log(level.sigma) };
}
