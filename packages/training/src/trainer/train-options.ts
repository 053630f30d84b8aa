import type { AdamWOptions } from "../optimizer/adamw.ts";
import type { LearningRateSchedule } from "../optimizer/learning-rate.ts";
import type { ParameterArena } from "../optimizer/parameter-arena.ts";
import type { CheckpointIdentity } from "./checkpoint.ts";
import type { TrainBudget, TrainProgress } from "./progress.ts";
import type { RandomStream } from "./random.ts";

/** The loss of one batch and whatever else is worth a curve. */
export type StepScalars = { readonly loss: number } & Readonly<Record<string, number>>;

/** Reads the arena's parameters, leaves the gradients of the mean loss of one batch in the arena. */
export interface TrainStep<Feeds> {
  readonly run: (feeds: Feeds) => StepScalars | Promise<StepScalars>;
}

export interface TrainOptions<Feeds> {
  readonly arena: ParameterArena;
  readonly step: TrainStep<Feeds>;
  /** A pure function of the batch's number (the step, without micro-batches) and the randomness that belongs to it. */
  readonly batches: (batch: number, random: RandomStream) => Feeds | Promise<Feeds>;
  readonly batchSize: number;
  /** Batches whose gradients are averaged into one update; above 1 the arena needs an accumulator. Default 1. */
  readonly microBatches?: number;
  readonly seed: number;
  readonly identity: CheckpointIdentity;
  readonly schedule: LearningRateSchedule;
  readonly budget: TrainBudget;
  readonly optimizer?: AdamWOptions;
  /** Default 1. */
  readonly clipNorm?: number;
  /** Of the averaged weights, 0 to 1; rises to this as (1 + t) / (10 + t) over the first updates. Default 0.999. */
  readonly emaDecay?: number;
  /** Holds the checkpoints and `progress.jsonl`; a run that finds a checkpoint here continues it. */
  readonly folder: string;
  /** Default 300. */
  readonly checkpointEverySeconds?: number;
  /** Default 600. */
  readonly sampleEverySeconds?: number;
  /** Default 5. */
  readonly progressEverySeconds?: number;
  readonly onSample?: (progress: TrainProgress) => void | Promise<void>;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Told what a person should know, for instance that a damaged checkpoint was passed over. */
  readonly onNotice?: (notice: string) => void;
  /** Aborting finishes the step under way, saves a checkpoint and returns. */
  readonly signal?: AbortSignal;
  /** Milliseconds from any fixed point, never running backwards. */
  readonly clock: () => number;
}

export interface TrainResult {
  readonly reason: "budget" | "stopped";
  readonly step: number;
  readonly elapsedSeconds: number;
  readonly skippedSteps: number;
  /** Absent if no step was taken, as when the checkpoint found had already spent the budget. */
  readonly progress?: TrainProgress;
  readonly checkpointPath: string;
}
