import { MezzotintError } from "@mezzotint/contracts/errors";
import { studentTQuantile } from "@mezzotint/numeric/statistics/student-t";
import { checkLevel, type Estimate } from "./interval.ts";

/**
 * The bias-corrected estimate and interval from the estimate of all samples and those with one of g equal groups left
 * out, g >= 2. Throws INVALID_INPUT for fewer groups or a level outside (0, 1).
 * Source: Quenouille 1956; Tukey 1958; intervals with Student's t of g - 1 degrees.
 */
export function groupedJackknife(whole: number, leftOut: readonly number[], level = 0.95): Estimate {
  checkLevel(level);
  const groups = leftOut.length;
  if (groups < 2) throw new MezzotintError("INVALID_INPUT", `jackknife: needs at least 2 groups, got ${groups}`);
  const mean = leftOut.reduce((sum, value) => sum + value, 0) / groups;
  const squares = leftOut.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const value = groups * whole - (groups - 1) * mean;
  const standardError = Math.sqrt(((groups - 1) / groups) * squares);
  const reach = studentTQuantile((1 + level) / 2, groups - 1) * standardError;
  return { value, standardError, low: value - reach, high: value + reach, level };
}
