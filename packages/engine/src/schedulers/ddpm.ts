import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { linearCombination } from "../schedule/linear-combination.ts";
import { alphaBarAt, cumulativeAlphas, NoiseScheduleShape, trainingBetas } from "../schedule/noise-schedule.ts";
import { denoisedMix, PredictionType } from "../schedule/prediction.ts";
import { ClippingShape, ThresholdingShape, withinLimits } from "../schedule/thresholding.ts";
import { spacedTimesteps, TimestepSpacing } from "../schedule/timestep-spacing.ts";
import { entry, noiseOf, type Plan, type Scheduler, type Step } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...ThresholdingShape,
  ...ClippingShape,
  prediction_type: PredictionType.default("epsilon"),
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

const VARIANCE_MIN = 1e-20;

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
      inputScales: timesteps.map(() => 1),
      drawsNoise: timesteps.map((timestep) => timestep > 0),
      alphaBars: visited,
      alphaBarsNext: [...visited.slice(1), 1],
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const alphaBar = entry(plan.alphaBars, index);
    const alphaBarNext = entry(plan.alphaBarsNext, index);
    const alpha = alphaBar / alphaBarNext;
    const level = { alpha: Math.sqrt(alphaBar), sigma: Math.sqrt(1 - alphaBar) };
    const mix = denoisedMix(plan.configuration.prediction_type, level);
    const denoised = linearCombination([mix.sample, sample], [mix.output, modelOutput]);
    const limited = withinLimits(denoised, plan.configuration);
    const mean = linearCombination(
      [(Math.sqrt(alphaBarNext) * (1 - alpha)) / (1 - alphaBar), limited],
      [(Math.sqrt(alpha) * (1 - alphaBarNext)) / (1 - alphaBar), sample],
    );
    if (plan.drawsNoise[index] !== true) return { sample: mean, history: [] };
    const noise = noiseOf(at);
    const deviation = deviations(at, { alpha, alphaBar, alphaBarNext });
    return { sample: mean.map((value, i) => value + deviation(i) * (noise[i] as number)), history: [] };
  },
};

/** The deviation of the fresh noise, element by element where it is learned. */
function deviations(
  { plan, sample, modelOutput }: Step<DdpmPlan>,
  {
    alpha,
    alphaBar,
    alphaBarNext,
  }: { readonly alpha: number; readonly alphaBar: number; readonly alphaBarNext: number },
): (i: number) => number {
  const large = 1 - alpha;
  const small = Math.max(((1 - alphaBarNext) / (1 - alphaBar)) * large, VARIANCE_MIN);
  const { variance_type: type } = plan.configuration;
  const learned = modelOutput.length === 2 * sample.length ? modelOutput.subarray(sample.length) : null;
  if (learned !== null && type === "learned") return (i) => Math.sqrt(learned[i] as number);
  if (learned !== null && type === "learned_range") {
    const [logSmall, logLarge] = [Math.log(small), Math.log(large)];
    return (i) => {
      const share = ((learned[i] as number) + 1) / 2;
      return Math.exp((share * logLarge + (1 - share) * logSmall) / 2);
    };
  }
  const fixed = Math.sqrt(type === "fixed_large" ? large : small);
  return () => fixed;
}
