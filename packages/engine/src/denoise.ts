import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { PlannedScheduler } from "./schedulers/index.ts";
import { linearCombination } from "./schedule/linear-combination.ts";
import type { NoiseLevel } from "./schedule/prediction.ts";
import { entry, type History } from "./schedulers/scheduler.ts";

export interface PredictInput {
  /** f32 of the job's shape, already scaled. */
  readonly sample: Float32Array;
  readonly timestep: number;
  /** Which model call of the plan this is, from 0. */
  readonly index: number;
}

/** The guided network: f32 model output for a sample and a time. */
export type Predict = (input: PredictInput) => Promise<Float32Array>;

/** A region held to an original: after every model call it is the original at the noise level reached. */
export interface HeldRegion {
  /** f32 [1, 1, height, width]: 1 is drawn anew, 0 is held. */
  readonly mask: Float32Array;
  /** The clean original, f32 of the job's shape. */
  readonly original: Float32Array;
  /** The noise put on it, the same at every level; f32 of the job's shape. */
  readonly noise: Float32Array;
  /** The noise level at every model call of the plan; behind the last one there is no noise. */
  readonly levels: readonly NoiseLevel[];
}

/** What stays the same over one picture's denoising. */
export interface DenoiseJob {
  readonly planned: PlannedScheduler;
  readonly predict: Predict;
  /** [1, channels, height, width]. */
  readonly shape: readonly number[];
  /** Where in the plan to begin and from which sample; pure noise at the first entry when absent. */
  readonly start?: DenoiseStart | undefined;
  readonly held?: HeldRegion | undefined;
  /** This picture's own generator: the first noise, then whatever the scheduler draws, in that order. */
  readonly generator: NormalGenerator;
}

export interface DenoiseStart {
  /** Model calls of the plan that are left out. */
  readonly index: number;
  /** f32 of the job's shape at the noise level of that model call. */
  readonly sample: Float32Array;
}

/** Where one picture's denoising stands: plain data, advanced by one model call at a time. */
export interface DenoiseState {
  /** Model calls of the plan that are behind, done or left out. */
  readonly index: number;
  /** f32 of the job's shape. */
  readonly sample: Float32Array;
  readonly history: History;
}

export interface DenoiseOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after every model call. */
  readonly onStep?: (state: DenoiseState) => void | Promise<void>;
}

/** The state before the first model call: the given start, else pure noise at the strength the plan starts with. */
export function startDenoise({ planned, generator, shape, start }: DenoiseJob): DenoiseState {
  if (start !== undefined) return { ...start, history: [] };
  const { initialNoiseScale } = planned.plan;
  const noise = generator.normal(shape);
  return { index: 0, sample: initialNoiseScale === 1 ? noise : scaled(noise, initialNoiseScale), history: [] };
}

/** The state one model call further. Throws MODEL_CORRUPT when numbers stop being finite. */
export async function advanceDenoise(job: DenoiseJob, state: DenoiseState): Promise<DenoiseState> {
  const { scheduler, plan } = job.planned;
  const { index, sample, history } = state;
  const inputScale = entry(plan.inputScales, index);
  const modelOutput = await job.predict({
    sample: inputScale === 1 ? sample : scaled(sample, inputScale),
    timestep: entry(plan.timesteps, index),
    index,
  });
  const noise = plan.drawsNoise[index] === true ? job.generator.normal(job.shape) : null;
  const next = scheduler.step({ plan, index, modelOutput, sample, noise, history });
  refuseNonFinite(next.sample, index + 1, plan.timesteps.length);
  const reached = job.held === undefined ? next.sample : withHeldRegion(next.sample, index + 1, job.held);
  return { index: index + 1, sample: reached, history: next.history };
}

/**
 * THE loop: from noise to a clean sample, f32 of the job's shape, one model call after the other.
 * Throws CANCELLED within one model call of the signal.
 */
export async function denoise(job: DenoiseJob, options: DenoiseOptions = {}): Promise<Float32Array> {
  const steps = job.planned.plan.timesteps.length;
  let state = startDenoise(job);
  while (state.index < steps) {
    refuseCancelled(options.signal, state.index, steps);
    state = await advanceDenoise(job, state);
    await options.onStep?.(state);
  }
  refuseCancelled(options.signal, steps, steps);
  return state.sample;
}

/** The sample with the held region put back at the level of the model call to come. Lugmayr et al. 2022 (arXiv 2201.09865), equation 8. */
function withHeldRegion(
  sample: Float32Array,
  index: number,
  { mask, original, noise, levels }: HeldRegion,
): Float32Array {
  const level = levels[index];
  const held = level === undefined ? original : noised(original, noise, level);
  return sample.map((value, i) => {
    const share = mask[i % mask.length] as number;
    return (1 - share) * (held[i] as number) + share * value;
  });
}

/** A clean sample with noise of a level, f32 like both. Ho et al. 2020 (arXiv 2006.11239), equation 4. */
export function noised(clean: Float32Array, noise: Float32Array, { alpha, sigma }: NoiseLevel): Float32Array {
  return linearCombination([alpha, clean], [sigma, noise]);
}

function scaled(values: Float32Array, factor: number): Float32Array {
  return values.map((value) => value * factor);
}

function refuseCancelled(signal: AbortSignal | undefined, done: number, steps: number): void {
  if (signal?.aborted === true) throw new MezzotintError("CANCELLED", `cancelled after ${done} of ${steps} steps`);
}

function refuseNonFinite(sample: Float32Array, done: number, steps: number): void {
  const wrong = sample.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0);
  if (wrong === 0) return;
  const share = `${wrong} of ${sample.length} numbers are not finite`;
  throw new MezzotintError(
    "MODEL_CORRUPT",
    `after step ${done} of ${steps}, ${share}: the network or the settings overflow`,
  );
}
