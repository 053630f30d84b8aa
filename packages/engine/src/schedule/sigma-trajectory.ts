import { z } from "zod";
import { cumulativeAlphas, trainingBetas, type NoiseScheduleConfiguration } from "./noise-schedule.ts";
import { respacedSigmas, type Respacing } from "./respaced-sigmas.ts";
import { logarithms, sigmaAt, timestepOfSigma, trainingSigmas } from "./sigmas.ts";
import { unitNorm } from "./single.ts";
import { evenlySpaced, spacedTimesteps, TimestepSpacing } from "./timestep-spacing.ts";

/** Settings of samplers that live on sigmas and may visit fractional timesteps. */
export const SigmaSpacingShape = {
  timestep_spacing: TimestepSpacing.default("linspace"),
  steps_offset: z.int().default(0),
};
/** Bounds for respaced sigmas; null takes those of the visited timesteps. */
export const SigmaRangeShape = {
  sigma_min: z.number().positive().nullable().default(null),
  sigma_max: z.number().positive().nullable().default(null),
};
/** The same where the end of the trajectory can be chosen too. */
export const SigmaTrajectoryShape = {
  ...SigmaSpacingShape,
  ...SigmaRangeShape,
  final_sigmas_type: z.enum(["zero", "sigma_min"]).default("zero"),
};
const Spacing = z.object(SigmaSpacingShape);

export type SigmaTrajectoryConfiguration = NoiseScheduleConfiguration &
  Respacing &
  z.infer<typeof Spacing> & {
    readonly sigma_min?: number | null;
    readonly sigma_max?: number | null;
    /** "zero" when absent. */
    readonly final_sigmas_type?: "zero" | "sigma_min";
    /** "linear" when absent. */
    readonly interpolation_type?: "linear" | "log_linear";
  };

export interface SigmaTrajectory {
  /** Fractional where the spacing says so. */
  readonly timesteps: readonly number[];
  /** One for every timestep and one behind them. */
  readonly sigmas: Float32Array;
  readonly initialNoiseScale: number;
  /** sqrt(sigma^2 + 1) at every step. */
  readonly inputNorms: readonly number[];
}

/** The smallest alpha-bar of a zero-terminal-SNR schedule: not 0, so that its sigma stays finite. */
const ALPHA_BAR_MIN = 2 ** -24;

/** Signal variances of a schedule in which every sigma is finite, f32[num_train_timesteps]. */
export function finiteAlphaBars(configuration: NoiseScheduleConfiguration): Float32Array {
  const alphaBars = cumulativeAlphas(trainingBetas(configuration));
  if (configuration.rescale_betas_zero_snr === true) alphaBars[alphaBars.length - 1] = ALPHA_BAR_MIN;
  return alphaBars;
}

/**
 * Sigmas and timesteps for `steps` steps on the VP noise schedule, with Karras, exponential or beta respacing.
 * Karras et al. 2022 (arXiv 2206.00364); Lin et al. 2023 (arXiv 2305.08891). Throws INVALID_INPUT for too many steps.
 */
export function sigmaTrajectory(configuration: SigmaTrajectoryConfiguration, steps: number): SigmaTrajectory {
  const { timestep_spacing: spacing, steps_offset: offset, num_train_timesteps: trained } = configuration;
  const trainedSigmas = trainingSigmas(finiteAlphaBars(configuration));
  const visited = spacedTimesteps({ spacing, steps, trained, offset }).map(Math.fround);
  const plain =
    configuration.interpolation_type === "log_linear"
      ? logLinear(trainedSigmas, steps)
      : visited.map((timestep) => sigmaAt(timestep, trainedSigmas));
  const range = {
    sigmaMin: configuration.sigma_min ?? (plain[plain.length - 1] as number),
    sigmaMax: configuration.sigma_max ?? (plain[0] as number),
    steps,
  };
  const respaced = respacedSigmas(configuration, range);
  const logSigmas = logarithms(trainedSigmas);
  const timesteps = respaced?.map((sigma) => Math.fround(timestepOfSigma(sigma, logSigmas))) ?? visited;
  const last = configuration.final_sigmas_type === "sigma_min" ? (trainedSigmas[0] as number) : 0;
  const sigmas = Float32Array.of(...(respaced ?? plain), last);
  const largest = Math.max(...sigmas);
  return {
    timesteps,
    sigmas,
    initialNoiseScale: spacing === "leading" ? unitNorm(largest) : largest,
    inputNorms: timesteps.map((_, i) => unitNorm(sigmas[i] as number)),
  };
}

/** Evenly spaced log sigmas over the whole trained range, as steps + 1 points of which the first `steps` are visited. */
function logLinear(sigmas: Float32Array, steps: number): number[] {
  const [low, high] = [Math.log(sigmas[0] as number), Math.log(sigmas[sigmas.length - 1] as number)];
  return evenlySpaced(high, low, steps + 1).map(Math.exp);
}
