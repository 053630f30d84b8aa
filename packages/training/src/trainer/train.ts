import { MezzotintError } from "@mezzotint/contracts/errors";
import { setImmediate } from "node:timers/promises";
import { createAdamW } from "../optimizer/adamw.ts";
import type { AdamW } from "../optimizer/adamw.ts";
import { learningRate } from "../optimizer/learning-rate.ts";
import { resumeFromCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { CheckpointState } from "./checkpoint-file.ts";
import { appendProgress, spentShare } from "./progress.ts";
import type { TrainProgress } from "./progress.ts";
import { randomStream } from "./random.ts";
import type { StepScalars, TrainOptions, TrainResult } from "./train-options.ts";

export type { TrainOptions, TrainResult } from "./train-options.ts";

const skippedInARowLimit = 10;
/** The smoothed loss is the mean of the first hundred losses, then a moving average over about as many. */
const smoothingSteps = 100;

const emptyState = {
  step: 0,
  optimizerSteps: 0,
  elapsedSeconds: 0,
  samples: 0,
  smoothedLoss: null,
  skippedSteps: 0,
  skippedInARow: 0,
} as const;

type MutableState = { -readonly [Key in keyof CheckpointState]: CheckpointState[Key] };

interface Run<Feeds> {
  readonly options: TrainOptions<Feeds>;
  readonly optimizer: AdamW;
  readonly state: MutableState;
  /** Where the speed is measured from. */
  readonly window: { startSeconds: number; startSamples: number };
}

interface TakenStep {
  readonly scalars: StepScalars;
  readonly rate: number;
  readonly gradientNorm: number;
}

/**
 * Trains the arena's parameters until the budget is spent or `signal` stops it, saving checkpoints on the way and
 * resuming from the newest one in `folder`. A run budgeted in steps and resumed gives exactly the losses of one that
 * was never interrupted, whenever `step` is deterministic; with a budget in seconds the learning rate follows the
 * clock, so a resumed run continues its schedule but not to the bit. Throws INTERNAL with the step and the loss if the
 * loss is not finite or ten gradients in a row are not; the last checkpoint stays.
 */
export async function train<Feeds>(options: TrainOptions<Feeds>): Promise<TrainResult> {
  const { arena, budget, folder, clock } = options;
  checkOptions(options);
  const optimizer = createAdamW(arena, options.optimizer);
  const resumed = await resumeFromCheckpoint(folder, arena, options.identity);
  for (const notice of resumed?.notices ?? []) options.onNotice?.(notice);
  const state: MutableState = { ...emptyState, ...options.identity, ...resumed?.checkpoint.state };
  optimizer.stepCount = state.optimizerSteps;
  const startMs = clock() - state.elapsedSeconds * 1000;
  const window = { startSeconds: state.elapsedSeconds, startSamples: state.samples };
  const run: Run<Feeds> = { options, optimizer, state, window };
  const reportDue = timer(state, options.progressEverySeconds ?? 5);
  const sampleDue = timer(state, options.sampleEverySeconds ?? 600);
  const checkpointDue = timer(state, options.checkpointEverySeconds ?? 300);
  let last: TrainProgress | undefined;
  let reportedStep = state.step;
  let savedPath = resumed?.path;

  while (spentShare(budget, state) < 1 && options.signal?.aborted !== true) {
    const taken = await takeStep(run);
    state.elapsedSeconds = (clock() - startMs) / 1000;
    savedPath = undefined;
    last = describe(run, taken);
    if (reportDue()) {
      await report(run, last);
      reportedStep = state.step;
    }
    if (sampleDue()) await options.onSample?.(last);
    if (checkpointDue()) savedPath = await saveCheckpoint(folder, arena, state);
    // Running a session blocks the event loop; without this pause no signal and no timer would get a turn.
    await setImmediate();
  }

  const reason = spentShare(budget, state) < 1 ? "stopped" : "budget";
  const checkpointPath = savedPath ?? (await saveCheckpoint(folder, arena, state));
  const { step, elapsedSeconds, skippedSteps } = state;
  const result = { reason, step, elapsedSeconds, skippedSteps, checkpointPath } as const;
  if (last === undefined) return result;
  if (reportedStep < step) await report(run, last);
  if (reason === "budget") await options.onSample?.(last);
  return { ...result, progress: last };
}

async function takeStep<Feeds>({ options, optimizer, state }: Run<Feeds>): Promise<TakenStep> {
  const { schedule, budget, clipNorm = 1, emaDecay = 0.999, microBatches = 1 } = options;
  const scalars = await computeGradients({ options, optimizer, step: state.step });
  if (!Number.isFinite(scalars.loss)) {
    throw new MezzotintError("INTERNAL", `training: the loss of step ${state.step} is ${scalars.loss}`);
  }
  const rate = learningRate({ schedule, progress: spentShare(budget, state), step: state.step });
  const { gradientNorm, applied } = optimizer.step({
    learningRate: rate,
    clipNorm,
    emaDecay: Math.min(emaDecay, (1 + optimizer.stepCount) / (10 + optimizer.stepCount)),
    gradientScale: 1 / microBatches,
  });
  state.skippedInARow = applied ? 0 : state.skippedInARow + 1;
  state.skippedSteps += applied ? 0 : 1;
  if (state.skippedInARow >= skippedInARowLimit) {
    throw new MezzotintError(
      "INTERNAL",
      `training: the gradient norm is ${gradientNorm} for ${state.skippedInARow} steps in a row, to step ${state.step}`,
    );
  }
  state.step += 1;
  state.optimizerSteps = optimizer.stepCount;
  state.samples += options.batchSize * microBatches;
  const smoothed = state.smoothedLoss ?? scalars.loss;
  state.smoothedLoss = smoothed + (scalars.loss - smoothed) / Math.min(state.step, smoothingSteps);
  return { scalars, rate, gradientNorm };
}

/** Leaves the gradients of one step where the optimizer reads them; scalars are means over the micro-batches. */
async function computeGradients<Feeds>(of: {
  readonly options: TrainOptions<Feeds>;
  readonly optimizer: AdamW;
  readonly step: number;
}): Promise<StepScalars> {
  const { options, optimizer, step } = of;
  const { seed, microBatches = 1 } = options;
  const accumulates = options.arena.sections.includes("accumulator");
  const means: { loss: number } & Record<string, number> = { loss: 0 };
  for (let part = 0; part < microBatches; part++) {
    const batch = step * microBatches + part;
    const feeds = await options.batches(batch, randomStream(seed, "batch", batch));
    const scalars = await options.step.run(feeds);
    for (const [name, value] of Object.entries(scalars)) means[name] = (means[name] ?? 0) + value / microBatches;
    if (accumulates) optimizer.accumulate();
  }
  return means;
}

function describe<Feeds>({ options, state, window }: Run<Feeds>, taken: TakenStep): TrainProgress {
  const { loss, ...metrics } = taken.scalars;
  const progress = spentShare(options.budget, state);
  const windowSeconds = state.elapsedSeconds - window.startSeconds;
  return {
    step: state.step,
    progress,
    loss,
    smoothedLoss: state.smoothedLoss ?? loss,
    metrics,
    learningRate: taken.rate,
    gradientNorm: taken.gradientNorm,
    samplesPerSecond: windowSeconds > 0 ? (state.samples - window.startSamples) / windowSeconds : 0,
    elapsedSeconds: state.elapsedSeconds,
    remainingSeconds: (state.elapsedSeconds * (1 - progress)) / progress,
    skippedSteps: state.skippedSteps,
  };
}

async function report<Feeds>({ options, state, window }: Run<Feeds>, progress: TrainProgress): Promise<void> {
  await appendProgress(options.folder, progress);
  options.onProgress?.(progress);
  window.startSeconds = state.elapsedSeconds;
  window.startSamples = state.samples;
}

/** Answers whether `everySeconds` of the run's time have passed since it last said yes. */
function timer(state: Readonly<MutableState>, everySeconds: number): () => boolean {
  let lastSeconds = state.elapsedSeconds;
  return () => {
    const due = state.elapsedSeconds - lastSeconds >= everySeconds;
    if (due) lastSeconds = state.elapsedSeconds;
    return due;
  };
}

function checkOptions<Feeds>({ arena, budget, microBatches = 1, batchSize }: TrainOptions<Feeds>): void {
  const { steps = Infinity, seconds = Infinity } = budget;
  if (!(Math.min(steps, seconds) > 0) || Math.min(steps, seconds) === Infinity) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `training: budget of ${steps} steps and ${seconds} s, expected a limit above 0`,
    );
  }
  if (!Number.isInteger(microBatches) || microBatches < 1 || !Number.isInteger(batchSize) || batchSize < 1) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `training: ${microBatches} micro-batches of ${batchSize}, expected whole numbers above 0`,
    );
  }
  if (microBatches > 1 && !arena.sections.includes("accumulator")) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `training: ${microBatches} micro-batches need an arena with an accumulator`,
    );
  }
}
