/** What a picture remembers to judge whether the network's next answer may be the last one again. Plain data. */
export interface StepCache {
  /** The sample of the last model call, and what the network answered, f32 of equal or double length. */
  readonly sample: Float32Array;
  readonly output: Float32Array;
  /** Mean change of the answer by mean change of the sample between the last two calls; null after the first. */
  readonly rate: number | null;
  /** Estimated relative error of the answer if it were given again now. */
  readonly error: number;
  /** Largest `error` an answer was given again with, and how often that was done. */
  readonly errorMax: number;
  readonly reused: number;
}

export interface ReuseInput {
  /** What was remembered; null before the first call. */
  readonly cache: StepCache | null;
  /** The sample of the call to come, f32. */
  readonly sample: Float32Array;
  /** Which model call of the plan it is, from 0, and how many there are. */
  readonly index: number;
  readonly calls: number;
  /** Largest estimated relative error. */
  readonly threshold: number;
}

/** Calls at the beginning that are always made: there the answers turn fastest. */
const WARM_UP_CALLS = 3;

/**
 * The cache when the last answer may stand in for the next call, as `output`, or null when the network must be asked. The
 * error is estimated from how fast answers changed with samples between the last two calls. The first three calls and
 * the last one are always made. Zhou et al. 2025 (arXiv 2507.02860), section 3.
 */
export function reusedAnswer({ cache, sample, index, calls, threshold }: ReuseInput): StepCache | null {
  if (cache === null || cache.rate === null || index < WARM_UP_CALLS || index === calls - 1) return null;
  const error = (cache.rate * meanDistance(sample, cache.sample)) / meanSize(cache.output);
  if (!(error < threshold)) return null;
  return { ...cache, error, errorMax: Math.max(cache.errorMax, error), reused: cache.reused + 1 };
}

/** What to remember after a model call that was made. */
export function afterModelCall(
  cache: StepCache | null,
  { sample, output }: { readonly sample: Float32Array; readonly output: Float32Array },
): StepCache {
  if (cache === null) return { sample, output, rate: null, error: 0, errorMax: 0, reused: 0 };
  const moved = meanDistance(sample, cache.sample);
  const rate = moved === 0 ? null : meanDistance(output, cache.output) / moved;
  return { ...cache, sample, output, rate, error: 0 };
}

function meanDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length;
}

function meanSize(values: Float32Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}
