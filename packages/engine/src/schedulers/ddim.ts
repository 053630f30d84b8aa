import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { linearCombination } from "../schedule/linear-combination.ts";
import { alphaBarAt, cumulativeAlphas, NoiseScheduleShape, trainingBetas } from "../schedule/noise-schedule.ts";
import { denoisedMix, noiseMix, DiffusionPrediction } from "../schedule/prediction.ts";
import { ClippingShape, ThresholdingShape, withinLimits } from "../schedule/thresholding.ts";
import { spacedTimesteps, TimestepSpacing } from "../schedule/timestep-spacing.ts";
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
    const level = { alpha: Math.sqrt(alphaBar), sigma: Math.sqrt(1 - alphaBar) };
    const toDenoised = denoisedMix(configuration.prediction_type, level);
    const toNoise = noiseMix(configuration.prediction_type, level);
    const denoised = linearCombination([toDenoised.sample, sample], [toDenoised.output, modelOutput]);
    const limited = withinLimits(denoised, configuration);
    const variance = ((1 - alphaBarNext) / (1 - alphaBar)) * (1 - alphaBar / alphaBarNext);
    const deviation = eta * Math.sqrt(variance);
    const direction = Math.sqrt(1 - alphaBarNext - deviation ** 2);
    const next = linearCombination(
      [Math.sqrt(alphaBarNext), limited],
      [direction * toNoise.sample, sample],
      [direction * toNoise.output, modelOutput],
      [deviation, noiseOf(at)],
    );
    return { sample: next, history: [] };
  },
};
