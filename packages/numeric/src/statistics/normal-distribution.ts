import { findRoot } from "./find-root.ts";

const FARTHEST = 8;

/**
 * The share of a standard normal variable below `x`, absolute error below 1e-15, for any finite x.
 * Source: Marsaglia, "Evaluating the normal distribution", 2004.
 */
export function normalCdf(x: number): number {
  if (x > FARTHEST) return 1;
  if (x < -FARTHEST) return 0;
  let sum = x;
  let term = x;
  for (let i = 3; ; i += 2) {
    term *= (x * x) / i;
    if (sum + term === sum) break;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The x below which a standard normal variable falls with `probability`. Throws RangeError outside [1e-12, 1 - 1e-12]. */
export function normalQuantile(probability: number): number {
  if (!(probability >= 1e-12 && probability <= 1 - 1e-12)) {
    throw new RangeError(`normal quantile: needs a probability from 1e-12 to 1 - 1e-12, got ${probability}`);
  }
  return findRoot((x) => normalCdf(x) - probability, -FARTHEST, FARTHEST);
}
