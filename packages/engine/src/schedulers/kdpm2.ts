import { z } from "zod";
import { DiffusionPrediction, type PredictionType } from "../schedule/prediction.ts";
import { ratioDenoised } from "../schedule/ratio-denoised.ts";
import { interleavedTrajectory, InterleavedShape, middleInLog } from "../schedule/interleaved-trajectory.ts";
import { plusTimes, slopeOf } from "../schedule/single.ts";
import { entry, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({ ...InterleavedShape, prediction_type: DiffusionPrediction.default("epsilon") });

interface MidpointPlan extends Plan {
  readonly prediction: PredictionType;
  /** Noise ratio at every step (not every model call) and, last, behind them. */
  readonly sigmas: Float32Array;
  /** Geometric means between a step and the next; the last one is 0. */
  readonly middles: readonly number[];
}

/**
 * DPM-Solver-2 on sigmas: a step to the geometric middle, then the whole step with the slope found there.
 * sample, modelOutput: f32[c, h, w]; between the two calls the history is [sample] of the first. Karras et al. 2022
 * (arXiv 2206.00364), Algorithm 2 inspired; Lu et al. 2022 (arXiv 2206.00927), DPM-Solver-2.
 */
export const kdpm2: Scheduler<z.infer<typeof Configuration>, MidpointPlan> = {
  label: "DPM2",
  trajectory: "diffusion",
  callsPerStep: 2,
  configuration: Configuration,

  plan(configuration, { steps }) {
    const trajectory = interleavedTrajectory(configuration, {
      steps,
      // Upwards, as in diffusers: at sigmas of thousands the last bit of a middle shows.
      middle: (sigma, sigmaNext) => middleInLog(sigmaNext, sigma),
    });
    return {
      ...trajectory,
      prediction: configuration.prediction_type,
      drawsNoise: trajectory.timesteps.map(() => false),
    };
  },

  step({ plan, index, sample, modelOutput, history }) {
    const { prediction } = plan;
    const from = Math.floor(index / 2);
    const sigma = entry(plan.sigmas, from);
    const middle = entry(plan.middles, from);
    const [start] = history;
    if (start === undefined) {
      const denoised = ratioDenoised({ prediction, sigma, sample, modelOutput });
      const stride = Math.fround(middle - sigma);
      return { sample: plusTimes(sample, slopeOf(sample, denoised, sigma), stride), history: [sample] };
    }
    const denoised = ratioDenoised({ prediction, sigma: middle, sample, modelOutput });
    const stride = Math.fround(entry(plan.sigmas, from + 1) - sigma);
    return { sample: plusTimes(start, slopeOf(sample, denoised, middle), stride), history: [] };
  },
};
