import type { z } from "zod";

/**
 * Networks answer with noise along a diffusion, with velocity along a flow, or were distilled to jump to the end; the
 * stages of unCLIP go with their own sampler only.
 */
export type Trajectory = "diffusion" | "flow" | "consistency" | "unclip";

/** What decides a plan besides the configuration. */
export interface PlanRequest {
  /** Number of steps, at least 1. */
  readonly steps: number;
  /** Share of fresh noise, 0 to 1, for rules that know it (DDIM's eta). */
  readonly eta: number;
  /** Length of the image's token sequence, for schedules that shift with resolution; null where there is none. */
  readonly imageTokens: number | null;
  /** Whether a flow's sigmas are even from 1 down to one step, whatever the trained range is; false when absent. */
  readonly evenSigmas?: boolean | undefined;
  /** The model call to begin with, where the noisiest ones are left out; 0 when absent. */
  readonly begin?: number;
}

/** Everything about a trajectory that is known before it starts. Immutable; one entry per model call. */
export interface Plan {
  /** What the network is told, in training timesteps, falling. */
  readonly timesteps: readonly number[];
  /** Factor on standard normal noise that makes the first sample. */
  readonly initialNoiseScale: number;
  /** What the sample is divided by before the network sees it. */
  readonly inputNorms: readonly number[];
  /** Whether the step takes fresh standard normal noise. */
  readonly drawsNoise: readonly boolean[];
}

/** Earlier arrays a rule needs, newest first; their number says how many steps are behind. Plain data. */
export type History = readonly Float32Array[];

export interface Step<P extends Plan = Plan> {
  readonly plan: P;
  /** Which entry of the plan this is. */
  readonly index: number;
  /** f32 [channels, height, width] of one picture; more channels where the network also predicts variance. */
  readonly modelOutput: Float32Array;
  /** f32 [channels, height, width]. */
  readonly sample: Float32Array;
  /** Standard normal f32 like `sample` where the plan draws noise, else null. */
  readonly noise: Float32Array | null;
  readonly history: History;
}

export interface StepResult {
  readonly sample: Float32Array;
  readonly history: History;
}

/**
 * A reverse-diffusion rule: one paper, one file. Pure: the plan is immutable, memory and noise are passed in, and one
 * picture is stepped at a time, so that no picture depends on its company.
 */
export interface Scheduler<Configuration = unknown, P extends Plan = Plan> {
  readonly label: string;
  /** Which kind of network it can follow. */
  readonly trajectory: Trajectory;
  /** Model calls for a step, but one for the last; 1 when absent. */
  readonly callsPerStep?: number;
  /** The diffusers configuration with its defaults. */
  readonly configuration: z.ZodType<Configuration>;
  /** Throws INVALID_INPUT or UNSUPPORTED with the numbers when the configuration cannot make such a plan. */
  plan(configuration: Configuration, request: PlanRequest): P;
  step(at: Step<P>): StepResult;
}

/** The noise of a step whose plan draws noise; zeros where it draws none. */
export function noiseOf(at: Step): Float32Array {
  return at.noise ?? new Float32Array(at.sample.length);
}

/** An entry of a plan. Throws RangeError beyond its end. */
export function entry(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`plan: entry ${index} of ${values.length}`);
  return value;
}
