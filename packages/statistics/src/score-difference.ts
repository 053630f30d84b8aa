import { MezzotintError } from "@mezzotint/contracts/errors";
import { studentTProbability, studentTQuantile } from "@mezzotint/numeric/statistics/student-t";
import { checkLevel, type Estimate } from "./interval.ts";

/** A score and what it is without each group of prompts. */
export interface LeftOutScore {
  readonly value: number;
  readonly leftOut: readonly number[];
}

/**
 * The difference a - b of two scores with its jackknife interval, and the two-sided p value of no difference. `paired`
 * says that both left out the same prompts in the same order: then what a prompt does to both cancels out; else the two
 * are taken as independent. Null when a side has fewer than 2 groups. Throws INVALID_INPUT for a level outside (0, 1).
 * Source: Tukey 1958; Welch 1947 (degrees of freedom of unpaired ones).
 */
export function scoreDifference(
  a: LeftOutScore,
  b: LeftOutScore,
  { paired, level = 0.95 }: { readonly paired: boolean; readonly level?: number },
): { readonly difference: Estimate; readonly pValue: number } | null {
  checkLevel(level);
  if (a.leftOut.length < 2 || b.leftOut.length < 2) return null;
  if (paired && a.leftOut.length !== b.leftOut.length) {
    const sizes = `${a.leftOut.length} and ${b.leftOut.length}`;
    throw new MezzotintError("INVALID_INPUT", `paired scores: need equal numbers of groups, got ${sizes}`);
  }
  const value = a.value - b.value;
  const { variance, degrees } = paired
    ? jackknife(a.leftOut.map((one, group) => one - (b.leftOut[group] as number)))
    : welch(jackknife(a.leftOut), jackknife(b.leftOut));
  const standardError = Math.sqrt(variance);
  const reach = studentTQuantile((1 + level) / 2, degrees) * standardError;
  const pValue =
    standardError === 0 ? (value === 0 ? 1 : 0) : 2 * studentTProbability(-Math.abs(value) / standardError, degrees);
  return { difference: { value, standardError, low: value - reach, high: value + reach, level }, pValue };
}

interface Spread {
  readonly variance: number;
  readonly degrees: number;
}

function jackknife(leftOut: readonly number[]): Spread {
  const groups = leftOut.length;
  const mean = leftOut.reduce((sum, one) => sum + one, 0) / groups;
  const squares = leftOut.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { variance: ((groups - 1) / groups) * squares, degrees: groups - 1 };
}

function welch(a: Spread, b: Spread): Spread {
  const variance = a.variance + b.variance;
  const share = a.variance ** 2 / a.degrees + b.variance ** 2 / b.degrees;
  const degrees = share === 0 ? a.degrees + b.degrees : Math.max(1, Math.floor(variance ** 2 / share));
  return { variance, degrees };
}
