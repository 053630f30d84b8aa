import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { PlannedScheduler } from "./schedulers/index.ts";
import { entry, type History } from "./schedulers/scheduler.ts";

/** The guided network: f32 sample (already scaled) and timestep in, f32 model output out. */
export type Predict = (input: { readonly sample: Float32Array; readonly timestep: number }) => Promise<Float32Array>;

/** What stays the same over one picture's denoising. */
export interface DenoiseJob {
  readonly planned: PlannedScheduler;
  readonly predict: Predict;
  /** [1, channels, height, width]. */
  readonly shape: readonly number[];
  /** This picture's own generator: the first noise, then whatever the scheduler draws, in that order. */
  readonly generator: NormalGenerator;
}

/** Where one picture's denoising stands: plain data, advanced by one model call at a time. */
export interface DenoiseState {
  /** Model calls done. */
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

/** The state before the first model call: pure noise at the strength the plan starts with. */
export function startDenoise({ planned, generator, shape }: DenoiseJob): DenoiseState {
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
  });
  const noise = plan.drawsNoise[index] === true ? job.generator.normal(job.shape) : null;
  const next = scheduler.step({ plan, index, modelOutput, sample, noise, history });
  refuseNonFinite(next.sample, index + 1, plan.timesteps.length);
  return { index: index + 1, ...next };
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
