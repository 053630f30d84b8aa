import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** How a training run stands; one line of `progress.jsonl`. */
export interface TrainProgress {
  /** Steps taken. */
  readonly step: number;
  /** Share of the budget spent, 0 to 1. */
  readonly progress: number;
  readonly loss: number;
  /** Moving average of the loss over about the last hundred steps. */
  readonly smoothedLoss: number;
  /** Further scalars the step reported, of the last step. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  /** Global norm of the last gradient before clipping. */
  readonly gradientNorm: number;
  /** Over the time since the line before. */
  readonly samplesPerSecond: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number;
  readonly skippedSteps: number;
}

/** Appends one line to `progress.jsonl` in `folder`; a step number that does not grow marks a resumed run. */
export async function appendProgress(folder: string, progress: TrainProgress): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, "progress.jsonl"), `${JSON.stringify(progress)}\n`);
}

/** Share of the budget that is spent, 0 to 1; with two limits the one nearer its end counts. */
export function spentShare(
  budget: TrainBudget,
  spent: { readonly step: number; readonly elapsedSeconds: number },
): number {
  const { steps = Infinity, seconds = Infinity } = budget;
  return Math.min(1, Math.max(spent.step / steps, spent.elapsedSeconds / seconds));
}

/** When a run is over: after so many steps, so many seconds, or whichever comes first. */
export interface TrainBudget {
  readonly steps?: number;
  readonly seconds?: number;
}
