import { MezzotintError } from "@mezzotint/contracts/errors";
import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { cosineBetas } from "../schedule/betas.ts";
import { alphaBarAt, BetaShape, cumulativeAlphas } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { ClippingShape } from "../schedule/thresholding.ts";
import { entry, noiseOf, type Plan, type Scheduler, type Step } from "./scheduler.ts";

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

const VARIANCE_MIN = 1e-20;

/**
 * DDPM as unCLIP uses it: timesteps evenly from the last to 0, a step's variance from the timesteps it leaves out.
 * sample: f32[n] of any shape; modelOutput: the same, or f32[2n] with a learned variance behind it. Ho et al. 2020
 * (arXiv 2006.11239), Algorithm 2; Ramesh et al. 2022 (arXiv 2204.06125), section 2.2.
 */
export const unclip: Scheduler<z.infer<typeof Configuration>, UnclipPlan> = {
  label: "unCLIP",
  trajectory: "diffusion",
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
      inputScales: timesteps.map(() => 1),
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

  // Rounded to single precision after every operation, as torch does: at the first timestep alpha-bar is 2.4e-9, and an
  // error of the last bit in the model output comes out twenty thousand times as large.
  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const { prediction_type: prediction, clip_sample: clips, clip_sample_range: bound } = plan.configuration;
    const { signal, sigma, towardsDenoised, towardsSample, ...variances } = levelOf(plan, index);
    const noise = plan.drawsNoise[index] === true ? noiseOf(at) : null;
    const deviation = deviations(at, variances);
    const next = sample.map((value, i) => {
      const output = modelOutput[i] as number;
      const denoised = prediction === "sample" ? output : round(round(value - round(sigma * output)) / signal);
      const limited = clips ? Math.min(bound, Math.max(-bound, denoised)) : denoised;
      const mean = round(round(towardsDenoised * limited) + round(towardsSample * value));
      return noise === null ? mean : mean + round(deviation(i) * (noise[i] as number));
    });
    return { sample: next, history: [] };
  },
};

const round = Math.fround;

/** The single-precision coefficients of a step. */
function levelOf(plan: UnclipPlan, index: number) {
  const alphaBar = entry(plan.alphaBars, index);
  const alphaBarNext = entry(plan.alphaBarsNext, index);
  const beta = entry(plan.betas, index);
  const left = round(1 - alphaBar);
  const leftNext = round(1 - alphaBarNext);
  return {
    signal: round(Math.sqrt(alphaBar)),
    sigma: round(Math.sqrt(left)),
    towardsDenoised: round(round(round(Math.sqrt(alphaBarNext)) * beta) / left),
    towardsSample: round(round(round(Math.sqrt(round(1 - beta))) * leftNext) / left),
    beta,
    small: round(round(leftNext / left) * beta),
  };
}

/** The deviation of the fresh noise, element by element where it is learned. */
function deviations(
  { plan, sample, modelOutput }: Step<UnclipPlan>,
  { beta, small }: { readonly beta: number; readonly small: number },
): (i: number) => number {
  if (plan.configuration.variance_type === "learned_range" && modelOutput.length === 2 * sample.length) {
    const [logSmall, logLarge] = [round(Math.log(small)), round(Math.log(beta))];
    return (i) => {
      const share = round(round((modelOutput[sample.length + i] as number) + 1) / 2);
      const logVariance = round(round(share * logLarge) + round(round(1 - share) * logSmall));
      return round(Math.exp(round(logVariance / 2)));
    };
  }
  const fixed = round(Math.exp(round(Math.log(Math.max(small, VARIANCE_MIN))) / 2));
  return () => fixed;
}
