import { z } from "zod";
import { BetaShape } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction } from "../schedule/prediction.ts";
import { ratioDenoised } from "../schedule/ratio-denoised.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { SigmaRangeShape, SigmaSpacingShape, sigmaTrajectory } from "../schedule/sigma-trajectory.ts";
import { plusTimes, slopeOf } from "../schedule/single.ts";
import { clamped, ClippingShape } from "../schedule/thresholding.ts";
import { entry, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...BetaShape,
  ...RespacingShape,
  ...SigmaSpacingShape,
  ...SigmaRangeShape,
  ...ClippingShape,
  beta_start: BetaShape.beta_start.unwrap().default(0.00085),
  beta_end: BetaShape.beta_end.unwrap().default(0.012),
  clip_sample: ClippingShape.clip_sample.unwrap().default(false),
  prediction_type: DiffusionPrediction.default("epsilon"),
});

interface HeunPlan extends Plan {
  readonly configuration: z.infer<typeof Configuration>;
  /** Noise ratio at every step (not every model call) and, last, behind them. */
  readonly sigmas: Float32Array;
}

/**
 * Heun's method: an Euler step, then again with the mean of both slopes; two model calls a step, one for the last.
 * sample, modelOutput: f32[c, h, w]; between the two calls the history is [slope, sample] of the first. Karras et al.
 * 2022 (arXiv 2206.00364), Algorithm 1.
 */
export const heun: Scheduler<z.infer<typeof Configuration>, HeunPlan> = {
  label: "Heun",
  trajectory: "diffusion",
  callsPerStep: 2,
  configuration: Configuration,

  plan(configuration, { steps }) {
    const trajectory = sigmaTrajectory(configuration, steps);
    const doubled = (values: readonly number[]) => values.flatMap((value, i) => (i === 0 ? [value] : [value, value]));
    const timesteps = doubled(trajectory.timesteps);
    return {
      configuration,
      timesteps,
      sigmas: trajectory.sigmas,
      initialNoiseScale: trajectory.initialNoiseScale,
      inputNorms: doubled(trajectory.inputNorms),
      drawsNoise: timesteps.map(() => false),
    };
  },

  step({ plan, index, sample, modelOutput, history }) {
    const [firstSlope, start] = history;
    const from = Math.floor(index / 2);
    const sigma = entry(plan.sigmas, from);
    const sigmaNext = entry(plan.sigmas, from + 1);
    const second = firstSlope !== undefined && start !== undefined;
    const slope = slopeAt({ plan, sigma: second ? sigmaNext : sigma, sample, modelOutput });
    const stride = Math.fround(sigmaNext - sigma);
    if (!second) return { sample: plusTimes(sample, slope, stride), history: [slope, sample] };
    const mean = slope.map((value, i) => Math.fround((firstSlope[i] as number) + value) / 2);
    return { sample: plusTimes(start, mean, stride), history: [] };
  },
};

interface SlopeInput {
  readonly plan: HeunPlan;
  readonly sigma: number;
  readonly sample: Float32Array;
  readonly modelOutput: Float32Array;
}

/** dx / dsigma at a sample. */
function slopeAt({ plan, sigma, sample, modelOutput }: SlopeInput): Float32Array {
  const { prediction_type: prediction, clip_sample: clips, clip_sample_range: bound } = plan.configuration;
  const denoised = ratioDenoised({ prediction, sigma, sample, modelOutput });
  return slopeOf(sample, clips ? clamped(denoised, bound) : denoised, sigma);
}
