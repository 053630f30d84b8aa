import { z } from "zod";
import { NoiseScheduleShape } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction, type PredictionType } from "../schedule/prediction.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { sigmaTrajectory, SigmaTrajectoryShape } from "../schedule/sigma-trajectory.ts";
import { ratioDenoised } from "../schedule/ratio-denoised.ts";
import { plusTimes, slopeOf, unitNorm } from "../schedule/single.ts";
import { entry, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...RespacingShape,
  ...SigmaTrajectoryShape,
  prediction_type: DiffusionPrediction.default("epsilon"),
  interpolation_type: z.enum(["linear", "log_linear"]).default("linear"),
  timestep_type: z.enum(["discrete", "continuous"]).default("discrete"),
});

interface EulerPlan extends Plan {
  readonly prediction: PredictionType;
  /** Noise ratio at every step and, last, behind them. */
  readonly sigmas: Float32Array;
}

/**
 * Euler's method on the probability-flow ODE dx/dsigma = (x - x0) / sigma.
 * sample, modelOutput: f32[c, h, w]. Karras et al. 2022 (arXiv 2206.00364), Algorithm 2 without churn.
 */
export const euler: Scheduler<z.infer<typeof Configuration>, EulerPlan> = {
  label: "Euler",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps }) {
    const trajectory = sigmaTrajectory(configuration, steps);
    const { sigmas, initialNoiseScale } = trajectory;
    const continuous = configuration.timestep_type === "continuous" && configuration.prediction_type === "v_prediction";
    const timesteps = continuous
      ? Array.from(sigmas.subarray(0, -1), (sigma) => 0.25 * Math.log(sigma))
      : trajectory.timesteps;
    return {
      prediction: configuration.prediction_type,
      timesteps,
      sigmas,
      initialNoiseScale,
      // One for every call: evenly spaced logarithms of continuous times are asked once more than there are steps.
      inputNorms: timesteps.map((_, index) => unitNorm(entry(sigmas, index))),
      drawsNoise: timesteps.map(() => false),
    };
  },

  step({ plan, index, sample, modelOutput }) {
    const sigma = entry(plan.sigmas, index);
    const stride = Math.fround(entry(plan.sigmas, index + 1) - sigma);
    const denoised = ratioDenoised({ prediction: plan.prediction, sigma, sample, modelOutput });
    return { sample: plusTimes(sample, slopeOf(sample, denoised, sigma), stride), history: [] };
  },
};
