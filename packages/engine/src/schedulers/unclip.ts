import { MezzotintError } from "@mezzotint/contracts/errors";
import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { cosineBetas } from "../schedule/betas.ts";
import { alphaBarAt, BetaShape, cumulativeAlphas } from "../schedule/noise-schedule.ts";
import { posteriorStep } from "../schedule/posterior-step.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { clamped, ClippingShape } from "../schedule/thresholding.ts";
import { entry, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  num_train_timesteps: BetaShape.num_train_timesteps,
  beta_schedule: z.literal("squaredcos_cap_v2").default("squaredcos_cap_v2"),
  ...ClippingShape,
  prediction_type: PredictionType.extract(["epsilon", "sample"]).default("epsilon"),
  variance_type: z.enum(["fixed_small_log", "learned_range"]).default("fixed_small_log"),
});

interface UnclipPlan extends Plan {
  readonly configuration: z.infer<typeof Configuration>;
  /** Signal variance at every step and behind it, and the variance of the forward step between the two. */
  readonly alphaBars: readonly number[];
  readonly alphaBarsNext: readonly number[];
  readonly betas: readonly number[];
}

/**
 * DDPM as unCLIP uses it: timesteps evenly from the last to 0, a step's variance from the timesteps it leaves out.
 * sample: f32[n] of any shape; modelOutput: the same, or f32[2n] with a learned variance behind it. Ho et al. 2020
 * (arXiv 2006.11239), Algorithm 2; Ramesh et al. 2022 (arXiv 2204.06125), section 2.2.
 */
export const unclip: Scheduler<z.infer<typeof Configuration>, UnclipPlan> = {
  label: "unCLIP",
  trajectory: "unclip",
  configuration: Configuration,

  plan(configuration, { steps }) {
    const { num_train_timesteps: trained } = configuration;
    if (!Number.isInteger(steps) || steps < 2 || steps > trained) {
      throw new MezzotintError(
        "INVALID_INPUT",
        `steps: unCLIP takes a whole number from 2 to ${trained}, got ${steps}`,
      );
    }
    const trainedBetas = cosineBetas(trained);
    const trainedAlphaBars = cumulativeAlphas(trainedBetas);
    const stride = (trained - 1) / (steps - 1);
    const timesteps = Array.from({ length: steps }, (_, i) => roundHalfEven((steps - 1 - i) * stride));
    const alphaBars = timesteps.map((timestep) => alphaBarAt(trainedAlphaBars, timestep));
    const alphaBarsNext = [...alphaBars.slice(1), 1];
    return {
      configuration,
      timesteps,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map((timestep) => timestep > 0),
      alphaBars,
      alphaBarsNext,
      betas: timesteps.map((timestep, i) =>
        timestep - (timesteps[i + 1] ?? -1) === 1
          ? entry(trainedBetas, timestep)
          : Math.fround(1 - Math.fround(entry(alphaBars, i) / entry(alphaBarsNext, i))),
      ),
    };
  },

  step(at) {
    const { plan, index } = at;
    const { configuration } = plan;
    const beta = entry(plan.betas, index);
    return posteriorStep({
      at,
      prediction: configuration.prediction_type,
      alphaBar: entry(plan.alphaBars, index),
      alphaBarNext: entry(plan.alphaBarsNext, index),
      alpha: Math.fround(1 - beta),
      beta,
      variance: configuration.variance_type === "learned_range" ? "learned_range" : "small",
      limit: (denoised) => (configuration.clip_sample ? clamped(denoised, configuration.clip_sample_range) : denoised),
    });
  },
};
