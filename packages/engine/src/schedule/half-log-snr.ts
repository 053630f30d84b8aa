import { noiseLevelOfRatio, type NoiseLevel } from "./prediction.ts";

/** A noise level with lambda, half its logarithmic signal-to-noise ratio: infinite where there is no noise. */
export interface LogSnrLevel extends NoiseLevel {
  readonly lambda: number;
}

const round = Math.fround;

/**
 * The level of a sigma: a noise-to-signal ratio, or on a flow the share of noise. Rounded to single precision after every
 * operation, as in torch. Lu et al. 2022 (arXiv 2206.00927).
 */
export function logSnrLevel(sigma: number, flow: boolean): LogSnrLevel {
  const level = flow ? { alpha: round(1 - sigma), sigma } : noiseLevelOfRatio(sigma);
  return { ...level, lambda: round(round(Math.log(level.alpha)) - round(Math.log(level.sigma))) };
}
