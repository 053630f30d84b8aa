import type { History } from "../schedulers/scheduler.ts";
import type { StepCache } from "../step-cache.ts";

/** What guidance and the reuse of answers remember between two calls of a stage. */
export interface CallMemory {
  /** Of adaptive guidance; null where it is not used. */
  readonly average: Float32Array | null;
  readonly cache: StepCache | null;
}

/** As the arrays that a picture's state keeps: none while nothing is remembered. */
export function writeCallMemory({ average, cache }: CallMemory): History {
  if (average === null && cache === null) return [];
  const first = average ?? new Float32Array();
  if (cache === null) return [first];
  const numbers = Float32Array.of(cache.rate ?? Number.NaN, cache.error, cache.errorMax, cache.reused);
  return [first, cache.sample, cache.output, numbers];
}

/** What was written so. */
export function readCallMemory([first, sample, output, numbers]: History): CallMemory {
  const average = first === undefined || first.length === 0 ? null : first;
  if (sample === undefined || output === undefined || numbers === undefined) return { average, cache: null };
  const [rate = Number.NaN, error = 0, errorMax = 0, reused = 0] = numbers;
  return { average, cache: { sample, output, rate: Number.isNaN(rate) ? null : rate, error, errorMax, reused } };
}
