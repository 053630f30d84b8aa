import { singleLogarithm } from "./single-logarithm.ts";

/**
 * Noise-to-signal ratio of every training timestep, sigma = sqrt((1 - alphaBar) / alphaBar), f32[n], rising.
 * Karras et al. 2022 (arXiv 2206.00364), Table 1 (VP).
 */
export function trainingSigmas(alphaBars: Float32Array): Float32Array {
  return alphaBars.map((alphaBar) => Math.sqrt(Math.fround(Math.fround(1 - alphaBar) / alphaBar)));
}

/** The sigma at a fractional timestep, linear between neighbours and clamped at both ends. */
export function sigmaAt(timestep: number, sigmas: Float32Array): number {
  const last = sigmas.length - 1;
  if (timestep <= 0) return sigmas[0] as number;
  if (timestep >= last) return sigmas[last] as number;
  const below = Math.floor(timestep);
  const low = sigmas[below] as number;
  return low + (timestep - below) * ((sigmas[below + 1] as number) - low);
}

/** Natural logarithms in single precision, with NumPy's bits. */
export function logarithms(values: Float32Array): Float32Array {
  return values.map(singleLogarithm);
}

/** The fractional timestep whose sigma is `sigma`, linear in log sigma, clamped to the trained range. */
export function timestepOfSigma(sigma: number, logSigmas: Float32Array): number {
  const logSigma = Math.log(Math.max(sigma, SIGMA_MIN));
  const { below, low, high } = neighbours(logSigma, logSigmas);
  const share = Math.min(1, Math.max(0, (low - logSigma) / (low - high)));
  return (1 - share) * below + share * (below + 1);
}

/** The same of a sigma that torch holds in single precision, rounded after every operation. */
export function singleTimestepOfSigma(sigma: number, logSigmas: Float32Array): number {
  const logSigma = singleLogarithm(Math.max(sigma, Math.fround(SIGMA_MIN)));
  const { below, low, high } = neighbours(logSigma, logSigmas);
  const share = Math.min(1, Math.max(0, round(round(low - logSigma) / round(low - high))));
  return round(round(round(1 - share) * below) + round(share * (below + 1)));
}

const SIGMA_MIN = 1e-10;
const round = Math.fround;

function neighbours(logSigma: number, logSigmas: Float32Array): { below: number; low: number; high: number } {
  let below = 0;
  for (let i = 0; i < logSigmas.length - 1; i++) if (logSigma >= (logSigmas[i] as number)) below = i;
  return { below, low: logSigmas[below] as number, high: logSigmas[below + 1] as number };
}
