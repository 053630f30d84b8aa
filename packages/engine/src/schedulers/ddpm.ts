import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { alphaBarAt, cumulativeAlphas, NoiseScheduleShape, trainingBetas } from "../schedule/noise-schedule.ts";
import { posteriorStep, type VarianceKind } from "../schedule/posterior-step.ts";
import { DiffusionPrediction } from "../schedule/prediction.ts";
import { ClippingShape, ThresholdingShape, withinLimits } from "../schedule/thresholding.ts";
import { spacedTimesteps, TimestepSpacing } from "../schedule/timestep-spacing.ts";
import { entry, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...ThresholdingShape,
  ...ClippingShape,
  beta_schedule: z.enum(["linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid"]).default("linear"),
  prediction_type: DiffusionPrediction.default("epsilon"),
  variance_type: z
    .enum(["fixed_small", "fixed_small_log", "fixed_large", "learned", "learned_range"])
    .nullish()
    .transform((value) => value ?? "fixed_small"),
  timestep_spacing: TimestepSpacing.default("leading"),
  steps_offset: z.int().default(0),
});

interface DdpmPlan extends Plan {
  readonly configuration: z.infer<typeof Configuration>;
  /** Signal variance at every step, and behind it. */
  readonly alphaBars: readonly number[];
  readonly alphaBarsNext: readonly number[];
}

/**
 * Ancestral sampling of the learned reverse process.
 * sample: f32[c, h, w]; modelOutput: the same, or f32[2c, h, w] with a learned variance. Ho et al. 2020
 * (arXiv 2006.11239), Algorithm 2, equations 6 and 7; Nichol & Dhariwal 2021 (arXiv 2102.09672), equation 15.
 */
export const ddpm: Scheduler<z.infer<typeof Configuration>, DdpmPlan> = {
  label: "DDPM",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps }) {
    const { num_train_timesteps: trained, timestep_spacing: spacing, steps_offset: offset } = configuration;
    const alphaBars = cumulativeAlphas(trainingBetas(configuration));
    const timesteps = spacedTimesteps({ spacing, steps, trained, offset }).map(roundHalfEven);
    const visited = timesteps.map((timestep) => alphaBarAt(alphaBars, timestep));
    return {
      configuration,
      timesteps,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map((timestep) => timestep > 0),
      alphaBars: visited,
      alphaBarsNext: [...visited.slice(1), 1],
    };
  },

  step(at) {
    const { plan, index } = at;
    const alphaBar = entry(plan.alphaBars, index);
    const alphaBarNext = entry(plan.alphaBarsNext, index);
    const alpha = Math.fround(alphaBar / alphaBarNext);
    return posteriorStep({
      at,
      prediction: plan.configuration.prediction_type,
      alphaBar,
      alphaBarNext,
      alpha,
      beta: Math.fround(1 - alpha),
      variance: VARIANCE_KINDS[plan.configuration.variance_type],
      limit: (denoised) => withinLimits(denoised, plan.configuration),
    });
  },
};

const VARIANCE_KINDS = {
  fixed_small: "small",
  fixed_small_log: "small",
  fixed_large: "large",
  learned: "learned",
  learned_range: "learned_range",
} as const satisfies Record<z.infer<typeof Configuration>["variance_type"], VarianceKind>;
