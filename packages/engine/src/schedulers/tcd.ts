import { z } from "zod";
import { distilledTimesteps } from "../schedule/distilled-timesteps.ts";
import { alphaBarAt, cumulativeAlphas, NoiseScheduleShape, trainingBetas } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction } from "../schedule/prediction.ts";
import { sumOf } from "../schedule/single.ts";
import { predicted, varianceLevel } from "../schedule/variance-output.ts";
import { entry, noiseOf, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  beta_start: NoiseScheduleShape.beta_start.unwrap().default(0.00085),
  beta_end: NoiseScheduleShape.beta_end.unwrap().default(0.012),
  beta_schedule: NoiseScheduleShape.beta_schedule.unwrap().default("scaled_linear"),
  prediction_type: DiffusionPrediction.default("epsilon"),
  original_inference_steps: z.int().min(1).default(50),
});

interface TcdPlan extends Plan {
  readonly prediction: z.infer<typeof DiffusionPrediction>;
  readonly eta: number;
  /** Signal variance at every step, where its jump lands, and where the next step begins. */
  readonly alphaBars: readonly number[];
  readonly alphaBarsLanding: readonly number[];
  readonly alphaBarsNext: readonly number[];
}

/**
 * Trajectory consistency sampling: a jump to a time before the next step, then noise up to it; `eta` is the paper's
 * gamma. sample, modelOutput: f32[c, h, w]. Zheng et al. 2024 (arXiv 2402.19159), Algorithm 2.
 */
export const tcd: Scheduler<z.infer<typeof Configuration>, TcdPlan> = {
  label: "TCD",
  trajectory: "consistency",
  configuration: Configuration,

  plan(configuration, { steps, eta }) {
    const { num_train_timesteps: trained, original_inference_steps: distilled } = configuration;
    const timesteps = distilledTimesteps({ steps, trained, distilled });
    const alphaBars = cumulativeAlphas(trainingBetas(configuration));
    const next = [...timesteps.slice(1), 0];
    const at = (visited: readonly number[]) => visited.map((timestep) => alphaBarAt(alphaBars, timestep));
    return {
      prediction: configuration.prediction_type,
      eta,
      timesteps,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map((_, index) => eta > 0 && index < steps - 1),
      alphaBars: at(timesteps),
      // In single precision: a product that is just whole decides where the jump lands.
      alphaBarsLanding: at(next.map((timestep) => Math.floor(Math.fround(Math.fround(1 - eta) * timestep)))),
      alphaBarsNext: at(next),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const alphaBar = entry(plan.alphaBars, index);
    const landing = entry(plan.alphaBarsLanding, index);
    const { denoised, noise } = predicted(plan.prediction, { sample, modelOutput, level: varianceLevel(alphaBar) });
    const { alpha, sigma } = varianceLevel(landing);
    const landed = sumOf([alpha, denoised], [sigma, noise]);
    if (plan.drawsNoise[index] !== true) return { sample: landed, history: [] };
    const up = varianceLevel(Math.fround(entry(plan.alphaBarsNext, index) / landing));
    return { sample: sumOf([up.alpha, landed], [up.sigma, noiseOf(at)]), history: [] };
  },
};
