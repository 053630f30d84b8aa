import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { NoiseLevel } from "./schedule/prediction.ts";
import { dividedBy, sumOf, times } from "./schedule/single.ts";
import type { PlannedScheduler } from "./schedulers/index.ts";
import { entry, type History } from "./schedulers/scheduler.ts";

/** Where one picture's denoising by one network stands: plain data, advanced by one model call at a time. */
export interface DenoiseState {
  /** Model calls of the plan that are behind, done or left out. */
  readonly index: number;
  /** f32 of the picture's shape. */
  readonly sample: Float32Array;
  readonly history: History;
}

/** A region held to an original: after every model call it is the original at the noise level reached. */
export interface HeldRegion {
  /** f32 [1, 1, height, width]: 1 is drawn anew, 0 is held. */
  readonly mask: Float32Array;
  /** The clean original, f32 of the picture's shape. */
  readonly original: Float32Array;
  /** The noise put on it, the same at every level; f32 of the picture's shape. */
  readonly noise: Float32Array;
  /** The noise level at every model call of the plan; behind the last one there is no noise. */
  readonly levels: readonly NoiseLevel[];
}

/** What one model call needs besides the answer it brings. */
export interface DenoiseStep {
  readonly planned: PlannedScheduler;
  readonly state: DenoiseState;
  /** The guided answer of the network, f32 of the picture's shape or with variance behind it. */
  readonly modelOutput: Float32Array;
  /** Standard normal f32 like the sample where the plan draws noise, else null. */
  readonly noise: Float32Array | null;
  readonly held: HeldRegion | null;
}

/** Pure noise of a shape at the strength a plan starts with, f32: the first sample of a picture drawn from nothing. */
export function pureNoise(
  { plan }: PlannedScheduler,
  generator: NormalGenerator,
  shape: readonly number[],
): Float32Array {
  return times(generator.normal(shape), plan.initialNoiseScale);
}

/** What the network sees at a state: the sample, scaled, and the time in training timesteps. */
export function networkInput(
  { plan }: PlannedScheduler,
  { index, sample }: DenoiseState,
): { readonly sample: Float32Array; readonly timestep: number } {
  return { sample: dividedBy(sample, entry(plan.inputNorms, index)), timestep: entry(plan.timesteps, index) };
}

/** The state one model call further. Throws MODEL_CORRUPT when numbers stop being finite. */
export function stepDenoise({ planned, state, modelOutput, noise, held }: DenoiseStep): DenoiseState {
  const { scheduler, plan } = planned;
  const { index, sample, history } = state;
  const next = scheduler.step({ plan, index, modelOutput, sample, noise, history });
  refuseNonFinite(next.sample, index + 1, plan.timesteps.length);
  const reached = held === null ? next.sample : withHeldRegion(next.sample, index + 1, held);
  return { index: index + 1, sample: reached, history: next.history };
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
  return sumOf([alpha, clean], [sigma, noise]);
}

function refuseNonFinite(sample: Float32Array, done: number, steps: number): void {
  // A plain loop: this runs after every model call, and a callback a number is what would show of it.
  let wrong = 0;
  for (let i = 0; i < sample.length; i++) if (!Number.isFinite(sample[i])) wrong++;
  if (wrong === 0) return;
  const share = `${wrong} of ${sample.length} numbers are not finite`;
  throw new MezzotintError(
    "MODEL_CORRUPT",
    `after step ${done} of ${steps}, ${share}: the network or the settings overflow`,
  );
}
