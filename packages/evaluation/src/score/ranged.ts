import { normalQuantile } from "@mezzotint/numeric/statistics/normal-distribution";
import { studentTQuantile } from "@mezzotint/numeric/statistics/student-t";
import { wilsonInterval } from "@mezzotint/statistics/wilson";
import type { ScoreInterval } from "./score.ts";

/** What values of a metric can be. */
export interface MetricRange {
  readonly least: number;
  readonly most: number;
}

export const SHARE_RANGE: MetricRange = { least: 0, most: 1 };
export const NOT_NEGATIVE: MetricRange = { least: 0, most: Number.POSITIVE_INFINITY };

/** An interval cut to what is possible. */
export function clipped(interval: ScoreInterval | null, { least, most }: MetricRange): ScoreInterval | null {
  const cut = (value: number): number => Math.min(Math.max(value, least), most);
  return interval && { ...interval, low: cut(interval.low), high: cut(interval.high) };
}

/** More trials than any set has; a spread below theirs is rounding. */
const TRIALS_MOST = 1e12;

interface Spread {
  readonly standardError: number;
  /** Degrees of freedom of the standard error. */
  readonly degrees: number;
  readonly level: number;
}

/**
 * The range of a share from its standard error, by Wilson's interval of the share of as many independent trials as have
 * that error: inside [0, 1] by itself and lopsided near its ends. Where the share is 0 or 1, or nothing varies, `trials`
 * says how many there were.
 */
export function shareRange(
  share: number,
  { standardError, degrees, level }: Spread,
  trials: number,
): { readonly low: number; readonly high: number } {
  const binomial = share * (1 - share);
  if (standardError === 0 || binomial === 0) return wilsonInterval(share * trials, trials, level);
  const stretch = (studentTQuantile((1 + level) / 2, degrees) / normalQuantile((1 + level) / 2)) ** 2;
  const effective = Math.min(Math.max(1, binomial / (standardError ** 2 * stretch)), TRIALS_MOST);
  return wilsonInterval(share * effective, effective, level);
}
