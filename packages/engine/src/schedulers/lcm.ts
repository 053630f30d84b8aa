import { z } from "zod";
import { distilledTimesteps } from "../schedule/distilled-timesteps.ts";
import { alphaBarAt, cumulativeAlphas, NoiseScheduleShape, trainingBetas } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction } from "../schedule/prediction.ts";
import { sumOf } from "../schedule/single.ts";
import { ClippingShape, ThresholdingShape, withinLimits } from "../schedule/thresholding.ts";
import { predicted, varianceLevel } from "../schedule/variance-output.ts";
import { entry, noiseOf, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...ThresholdingShape,
  ...ClippingShape,
  beta_start: NoiseScheduleShape.beta_start.unwrap().default(0.00085),
  beta_end: NoiseScheduleShape.beta_end.unwrap().default(0.012),
  beta_schedule: NoiseScheduleShape.beta_schedule.unwrap().default("scaled_linear"),
  clip_sample: ClippingShape.clip_sample.unwrap().default(false),
  prediction_type: DiffusionPrediction.default("epsilon"),
  original_inference_steps: z.int().min(1).default(50),
  timestep_scaling: z.number().default(10),
});

interface LcmPlan extends Plan {
  readonly configuration: z.infer<typeof Configuration>;
  readonly alphaBars: readonly number[];
}

/** Deviation of clean data, as the boundary condition of consistency models assumes it. */
const DATA_DEVIATION = 0.5;

/**
 * Latent consistency sampling: jump to the clean picture, then noise it again for the next step.
 * sample, modelOutput: f32[c, h, w]. Luo et al. 2023 (arXiv 2310.04378), Algorithm 3; Song et al. 2023
 * (arXiv 2303.01469), appendix C, for the boundary condition.
 */
export const lcm: Scheduler<z.infer<typeof Configuration>, LcmPlan> = {
  label: "LCM",
  trajectory: "consistency",
  configuration: Configuration,

  plan(configuration, { steps }) {
    const { num_train_timesteps: trained, original_inference_steps: distilled } = configuration;
    const timesteps = distilledTimesteps({ steps, trained, distilled });
    const alphaBars = cumulativeAlphas(trainingBetas(configuration));
    return {
      configuration,
      timesteps,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map((_, index) => index < steps - 1),
      alphaBars: timesteps.map((timestep) => alphaBarAt(alphaBars, timestep)),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const { configuration } = plan;
    const alphaBar = entry(plan.alphaBars, index);
    const input = { sample, modelOutput, level: varianceLevel(alphaBar) };
    const limited = withinLimits(predicted(configuration.prediction_type, input).denoised, configuration);
    const time = Math.fround(entry(plan.timesteps, index) * configuration.timestep_scaling);
    const norm = Math.fround(Math.fround(time * time) + DATA_DEVIATION ** 2);
    const denoised = sumOf([time / Math.fround(Math.sqrt(norm)), limited], [DATA_DEVIATION ** 2 / norm, sample]);
    if (plan.drawsNoise[index] !== true) return { sample: denoised, history: [] };
    const next = varianceLevel(entry(plan.alphaBars, index + 1));
    const noised = sumOf([next.alpha, denoised], [next.sigma, noiseOf(at)]);
    return { sample: noised, history: [] };
  },
};
