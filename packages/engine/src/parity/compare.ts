import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Json } from "@mezzotint/contracts/json";
import type { NpyArray } from "@mezzotint/numeric/npy";
import type { MeasuredArray } from "./parity-kind.ts";

/**
 * The largest absolute difference between two arrays; infinite when either holds something that is not a number.
 * Throws INVALID_INPUT when the shapes differ or there is nothing to compare.
 */
export function arrayDifference(measured: MeasuredArray, recorded: NpyArray): number {
  const shapes = [measured.shape, recorded.shape].map((shape) => `[${shape.join(",")}]`);
  if (shapes[0] !== shapes[1] || measured.data.length !== recorded.data.length) {
    throw new MezzotintError("INVALID_INPUT", `expected shape ${shapes[1]}, got ${shapes[0]}`);
  }
  if (recorded.data.length === 0) throw new MezzotintError("INVALID_INPUT", "the recorded array is empty");
  let largest = 0;
  for (let i = 0; i < measured.data.length; i++) {
    const difference = Math.abs(Number(measured.data[i]) - Number(recorded.data[i]));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

export interface FigureDifference {
  readonly absolute: number;
  /** Relative to the recorded figure; of a recorded zero, the absolute difference. */
  readonly relative: number;
}

/** The largest differences over all numbers of a recorded JSON value. Throws INVALID_INPUT where one is missing. */
export function figureDifference(measured: Json | undefined, recorded: Json, name = "expected"): FigureDifference {
  if (typeof recorded === "number") {
    const absolute = typeof measured === "number" ? Math.abs(measured - recorded) : Number.NaN;
    if (Number.isNaN(absolute))
      throw new MezzotintError("INVALID_INPUT", `${name}: expected a number, got ${JSON.stringify(measured)}`);
    return { absolute, relative: recorded === 0 ? absolute : absolute / Math.abs(recorded) };
  }
  if (recorded === null || typeof recorded !== "object") return { absolute: 0, relative: 0 };
  const inner = measured !== null && typeof measured === "object" ? (measured as Readonly<Record<string, Json>>) : {};
  const differences = Object.entries(recorded).map(([key, value]) =>
    figureDifference(inner[key], value, `${name}.${key}`),
  );
  if (differences.length === 0) throw new MezzotintError("INVALID_INPUT", `${name}: there is nothing to compare`);
  return {
    absolute: Math.max(...differences.map(({ absolute }) => absolute)),
    relative: Math.max(...differences.map(({ relative }) => relative)),
  };
}
