import { z } from "zod";
import { ancestralSplit } from "../schedule/ancestral-split.ts";
import { NoiseScheduleShape } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction, type PredictionType } from "../schedule/prediction.ts";
import { ratioDenoised } from "../schedule/ratio-denoised.ts";
import { plusTimes, slopeOf } from "../schedule/single.ts";
import { SigmaSpacingShape, sigmaTrajectory } from "../schedule/sigma-trajectory.ts";
import { entry, noiseOf, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...SigmaSpacingShape,
  prediction_type: DiffusionPrediction.default("epsilon"),
});

interface AncestralPlan extends Plan {
  readonly prediction: PredictionType;
  readonly sigmas: Float32Array;
}

/**
 * Euler's method to a lower sigma, then fresh noise up to the next one.
 * sample, modelOutput: f32[c, h, w]. Karras et al. 2022 (arXiv 2206.00364), Algorithm 2, with the split of variance of
 * Song et al. 2020 (arXiv 2011.13456), appendix F.
 */
export const eulerAncestral: Scheduler<z.infer<typeof Configuration>, AncestralPlan> = {
  label: "Euler ancestral",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps }) {
    const trajectory = sigmaTrajectory(configuration, steps);
    return {
      ...trajectory,
      prediction: configuration.prediction_type,
      drawsNoise: trajectory.timesteps.map(() => true),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const sigma = entry(plan.sigmas, index);
    const { down, up } = ancestralSplit(sigma, entry(plan.sigmas, index + 1));
    const denoised = ratioDenoised({ prediction: plan.prediction, sigma, sample, modelOutput });
    const lower = plusTimes(sample, slopeOf(sample, denoised, sigma), Math.fround(down - sigma));
    return { sample: plusTimes(lower, noiseOf(at), up), history: [] };
  },
};
