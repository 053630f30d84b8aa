import { findRoot } from "./find-root.ts";

/**
 * The x below which Student's t variable with a whole number of degrees of freedom falls with `probability`.
 * Throws RangeError for a probability outside (0, 1) or degrees below 1.
 * Source: Abramowitz and Stegun 26.7.3 and 26.7.4, which are finite sums in atan(x / sqrt(degrees)).
 */
export function studentTQuantile(probability: number, degrees: number): number {
  if (!(probability > 0 && probability < 1) || !Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(`t quantile: probability ${probability} with ${degrees} degrees of freedom is not defined`);
  }
  const central = Math.abs(2 * probability - 1);
  const angle = findRoot((x) => centralShare(x, degrees) - central, 0, Math.PI / 2);
  return Math.sign(probability - 0.5) * Math.tan(angle) * Math.sqrt(degrees);
}

/** The share within -x to x, where `angle` is atan(x / sqrt(degrees)). */
function centralShare(angle: number, degrees: number): number {
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = odd ? 2 : 1; k <= degrees - 3; k += 2) {
    term *= (k / (k + 1)) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/**
 * The probability that Student's t variable with a whole number of degrees of freedom falls below x, in (0, 1). Throws
 * RangeError for degrees below 1 or an x that is no number. Source: Abramowitz and Stegun 26.7.3 and 26.7.4.
 */
export function studentTProbability(x: number, degrees: number): number {
  if (Number.isNaN(x) || !Number.isInteger(degrees) || degrees < 1) {
    throw new RangeError(`t probability: ${x} with ${degrees} degrees of freedom is not defined`);
  }
  return (1 + Math.sign(x) * centralShare(Math.atan(Math.abs(x) / Math.sqrt(degrees)), degrees)) / 2;
}
