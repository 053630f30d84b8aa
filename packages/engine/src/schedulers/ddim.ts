import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { alphaBarAt, cumulativeAlphas, NoiseScheduleShape, trainingBetas } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction } from "../schedule/prediction.ts";
import { plusTimes, sumOf } from "../schedule/single.ts";
import { ClippingShape, ThresholdingShape, withinLimits } from "../schedule/thresholding.ts";
import { spacedTimesteps, TimestepSpacing } from "../schedule/timestep-spacing.ts";
import { predicted, varianceLevel } from "../schedule/variance-output.ts";
import { entry, noiseOf, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...ThresholdingShape,
  ...ClippingShape,
  prediction_type: DiffusionPrediction.default("epsilon"),
  timestep_spacing: TimestepSpacing.default("leading"),
  steps_offset: z.int().default(0),
  set_alpha_to_one: z.boolean().default(true),
});

interface DdimPlan extends Plan {
  readonly configuration: z.infer<typeof Configuration>;
  readonly eta: number;
  /** Signal variance at every step, and behind the last step. */
  readonly alphaBars: readonly number[];
  readonly alphaBarsNext: readonly number[];
}

/**
 * Denoising diffusion implicit models: deterministic for eta 0, DDPM-like for eta 1.
 * sample, modelOutput: f32[c, h, w]. Song et al. 2020 (arXiv 2010.02502), equations 12 and 16.
 */
export const ddim: Scheduler<z.infer<typeof Configuration>, DdimPlan> = {
  label: "DDIM",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps, eta }) {
    const { num_train_timesteps: trained, timestep_spacing: spacing, steps_offset: offset } = configuration;
    const alphaBars = cumulativeAlphas(trainingBetas(configuration));
    const timesteps = spacedTimesteps({ spacing, steps, trained, offset }).map(roundHalfEven);
    const stride = Math.floor(trained / steps);
    const final = configuration.set_alpha_to_one ? 1 : entry(alphaBars, 0);
    return {
      configuration,
      eta,
      timesteps,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map(() => eta > 0),
      alphaBars: timesteps.map((timestep) => alphaBarAt(alphaBars, timestep)),
      alphaBarsNext: timesteps.map((timestep) =>
        timestep < stride ? final : alphaBarAt(alphaBars, timestep - stride),
      ),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const { configuration, eta } = plan;
    const alphaBar = entry(plan.alphaBars, index);
    const alphaBarNext = entry(plan.alphaBarsNext, index);
    const level = varianceLevel(alphaBar);
    const { denoised, noise } = predicted(configuration.prediction_type, { sample, modelOutput, level });
    const limited = withinLimits(denoised, configuration);
    const [left, leftNext] = [round(1 - alphaBar), round(1 - alphaBarNext)];
    const variance = round(round(leftNext / left) * round(1 - round(alphaBar / alphaBarNext)));
    const deviation = round(eta * root(variance));
    const direction = root(round(leftNext - round(deviation * deviation)));
    const next = sumOf([root(alphaBarNext), limited], [direction, noise]);
    return { sample: eta > 0 ? plusTimes(next, noiseOf(at), deviation) : next, history: [] };
  },
};

const round = Math.fround;
const root = (value: number) => round(Math.sqrt(value));
