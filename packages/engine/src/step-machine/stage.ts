import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { HeldRegion } from "../denoise.ts";
import type { Condition, Denoiser } from "../denoiser.ts";
import type { Guidance } from "../guidance.ts";
import type { PlannedScheduler } from "../schedulers/index.ts";

/** Which network is asked, and what it is told besides sample and time. */
export interface Steering {
  readonly denoiser: Denoiser;
  readonly conditional: Condition;
  /** Null runs without guidance: one row a call instead of two. */
  readonly unconditional: Condition | null;
}

/** Where a stage begins: what its generator drew, and what came of it. Plain data. */
export interface StageStart {
  /** f32 of the stage's shape, at the noise level of its first model call. */
  readonly sample: Float32Array;
  /** f32 [1, more channels, height, width] that the network sees behind the sample at every call; null for none. */
  readonly beside: Float32Array | null;
  /** The part of a held region that was drawn; null when nothing is held. */
  readonly held: Pick<HeldRegion, "original" | "noise"> | null;
}

/** One network's part in the making of a picture. Families differ in these; the machine runs them all alike. */
export interface Stage {
  readonly planned: PlannedScheduler;
  /** Model calls of the plan that are left out at its beginning. */
  readonly begin: number;
  /** Of the sample: [1, channels, height, width], or [1, width]. */
  readonly shape: readonly number[];
  readonly guidance: Guidance;
  /** The part of a held region that needs no draw; null when nothing is held. */
  readonly held: Pick<HeldRegion, "mask" | "levels"> | null;
  /** A generator of its own, so that it can be run again alone; null goes on with the picture's. */
  readonly generator: (() => NormalGenerator) | null;
  /** Draws the beginning. `made` is what earlier stages made, the latest last. */
  start(made: readonly NdArray[], generator: NormalGenerator): Promise<StageStart>;
  /** What steers each model call of the plan, by its index. The same for the same `made`. */
  steer(made: readonly NdArray[]): Promise<(index: number) => Steering>;
  /** What the stage made, from its last sample. */
  finish(sample: Float32Array): NdArray;
}

/** The whole way of a picture: its stages in order, and what was made before the first of them. */
export interface Course {
  readonly given: readonly NdArray[];
  readonly stages: readonly Stage[];
}

/** Model calls over stages. */
export function callsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { planned, begin }) => sum + planned.plan.timesteps.length - begin, 0);
}
