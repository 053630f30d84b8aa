import { MezzotintError } from "@mezzotint/contracts/errors";
import { normalQuantile } from "@mezzotint/numeric/statistics/normal-distribution";
import { checkLevel, type Estimate } from "./interval.ts";

/**
 * The share of successes among independent trials with Wilson's interval; successes may be halves (ties).
 * Throws INVALID_INPUT unless 0 <= successes <= trials and trials >= 1. Source: Wilson 1927.
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): Estimate {
  checkLevel(level);
  if (!(trials >= 1 && successes >= 0 && successes <= trials)) {
    throw new MezzotintError("INVALID_INPUT", `share: ${successes} of ${trials} trials is not one`);
  }
  const z = normalQuantile((1 + level) / 2);
  const value = successes / trials;
  const shrink = 1 + (z * z) / trials;
  const centre = (value + (z * z) / (2 * trials)) / shrink;
  const reach = (z / shrink) * Math.sqrt((value * (1 - value)) / trials + (z * z) / (4 * trials * trials));
  const standardError = Math.sqrt((value * (1 - value)) / trials);
  return { value, standardError, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach), level };
}
