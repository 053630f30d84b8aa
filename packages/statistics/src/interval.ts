import { MezzotintError } from "@mezzotint/contracts/errors";

/** An estimate and the range that holds the truth in `level` of repetitions. */
export interface Estimate {
  readonly value: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  /** 0.95 for a 95 % interval. */
  readonly level: number;
}

/** Throws INVALID_INPUT unless a level lies in (0, 1). */
export function checkLevel(level: number): void {
  if (level > 0 && level < 1) return;
  throw new MezzotintError("INVALID_INPUT", `interval: needs a level between 0 and 1, got ${level}`);
}

/** Whether an interval of a difference leaves out zero: only then may a page call one side better. */
export function excludesZero({ low, high }: Pick<Estimate, "low" | "high">): boolean {
  return low > 0 || high < 0;
}
