/** A learning rate over the life of a run: the warm-up counts steps, the rest follows the share of the budget spent. */
export type LearningRateSchedule = {
  /** The highest rate, reached at the end of the warm-up. */
  readonly peak: number;
  /** Steps of linear rise from peak / warmupSteps. Default 0. */
  readonly warmupSteps?: number;
} & (
  | { readonly kind: "constant" }
  /** `floor` is the share of the peak that remains at the end, in [0, 1]. Default 0. */
  | { readonly kind: "linear" | "cosine"; readonly floor?: number }
);

export interface LearningRatePosition {
  readonly schedule: LearningRateSchedule;
  /** Share of the budget, steps or seconds, that is spent: 0 at the start, 1 at the end; values outside are clamped. */
  readonly progress: number;
  /** The step about to be taken, from 0. */
  readonly step: number;
}

/**
 * The learning rate at a point of a run, at least 0 and at most the peak: warm-up by step times decay by progress.
 * Cosine decay: Loshchilov and Hutter, SGDR (2017), equation 5, one cycle.
 */
export function learningRate({ schedule, progress, step }: LearningRatePosition): number {
  const { peak, warmupSteps = 0 } = schedule;
  const warmup = Math.min(1, (step + 1) / Math.max(1, warmupSteps));
  return peak * warmup * remainingShare(schedule, Math.min(1, Math.max(0, progress)));
}

function remainingShare(schedule: LearningRateSchedule, progress: number): number {
  if (schedule.kind === "constant") return 1;
  const { floor = 0 } = schedule;
  const height = schedule.kind === "linear" ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return floor + (1 - floor) * height;
}
