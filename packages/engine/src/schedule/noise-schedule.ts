import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { cosineBetas, evenBetas, sigmoidBetas } from "./betas.ts";
import { rescaleToZeroTerminalSnr } from "./zero-terminal-snr.ts";

/** The part of a diffusers configuration that says how much noise each training timestep has. */
export const BetaShape = {
  num_train_timesteps: z.int().min(1).max(100_000).default(1_000),
  beta_start: z.number().positive().default(0.0001),
  beta_end: z.number().positive().default(0.02),
  beta_schedule: z.enum(["linear", "scaled_linear", "squaredcos_cap_v2"]).default("linear"),
  trained_betas: z.array(z.number()).nullable().default(null),
};
/** The same for samplers that know schedules with zero terminal SNR. */
export const NoiseScheduleShape = { ...BetaShape, rescale_betas_zero_snr: z.boolean().default(false) };
const Betas = z.object(BetaShape);
export type NoiseScheduleConfiguration = Omit<z.infer<typeof Betas>, "beta_schedule"> & {
  readonly beta_schedule: z.infer<typeof Betas>["beta_schedule"] | "sigmoid";
  readonly rescale_betas_zero_snr?: boolean;
};

/** The variances of the forward process, f32[num_train_timesteps], each in (0, 1]. Ho et al. 2020 (arXiv 2006.11239). */
export function trainingBetas(configuration: NoiseScheduleConfiguration): Float32Array {
  const betas = plainBetas(configuration);
  return configuration.rescale_betas_zero_snr === true ? rescaleToZeroTerminalSnr(betas) : betas;
}

function plainBetas(configuration: NoiseScheduleConfiguration): Float32Array {
  const { num_train_timesteps: count, beta_start: start, beta_end: end, trained_betas: trained } = configuration;
  if (trained !== null) return Float32Array.from(trained);
  switch (configuration.beta_schedule) {
    case "linear":
      return evenBetas(start, end, count);
    case "scaled_linear":
      return evenBetas(Math.sqrt(start), Math.sqrt(end), count).map((root) => root * root);
    case "squaredcos_cap_v2":
      return cosineBetas(count);
    case "sigmoid":
      return sigmoidBetas(start, end, count);
  }
}

/**
 * The share of signal variance left at every training timestep, alpha-bar, f32[num_train_timesteps], falling from
 * almost 1. Accumulated in double and rounded to single precision as torch.cumprod does.
 */
export function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => (product *= Math.fround(1 - beta)));
}

/** The signal variance at a whole timestep. Throws INVALID_INPUT beyond the trained ones. */
export function alphaBarAt(alphaBars: Float32Array, timestep: number): number {
  const alphaBar = alphaBars[timestep];
  if (alphaBar !== undefined) return alphaBar;
  throw new MezzotintError("INVALID_INPUT", `timestep ${timestep} is beyond the ${alphaBars.length} trained ones`);
}
