import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { linearCombination } from "../schedule/linear-combination.ts";
import { respacedSigmas, RespacingShape } from "../schedule/respaced-sigmas.ts";
import { evenlySpaced } from "../schedule/timestep-spacing.ts";
import { entry, noiseOf, type Plan, type PlanRequest, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...RespacingShape,
  num_train_timesteps: z.int().min(1).default(1_000),
  shift: z.number().positive().default(1),
  use_dynamic_shifting: z.boolean().default(false),
  base_shift: z
    .number()
    .nullish()
    .transform((value) => value ?? 0.5),
  max_shift: z
    .number()
    .nullish()
    .transform((value) => value ?? 1.15),
  base_image_seq_len: z.int().default(256),
  max_image_seq_len: z.int().default(4_096),
  invert_sigmas: z.boolean().default(false),
  shift_terminal: z.number().nullable().default(null),
  time_shift_type: z.enum(["exponential", "linear"]).default("exponential"),
  stochastic_sampling: z.boolean().default(false),
});
type Configuration = z.infer<typeof Configuration>;

interface FlowPlan extends Plan {
  readonly stochastic: boolean;
  /** Share of noise at every step and, last, behind them. */
  readonly sigmas: Float32Array;
}

/**
 * Euler's method on a rectified flow: sample = (1 - sigma) x0 + sigma noise, modelOutput = d sample / d sigma.
 * sample, modelOutput: f32[c, h, w]. Lipman et al. 2022 (arXiv 2210.02747); time shift of Esser et al. 2024
 * (arXiv 2403.03206), section 5.3.2.
 */
export const flowMatchEuler: Scheduler<Configuration, FlowPlan> = {
  label: "Flow matching, Euler",
  trajectory: "flow",
  configuration: Configuration,

  plan(configuration, request) {
    const { steps } = request;
    const plain = shiftedSigmas(configuration, request);
    const range = { sigmaMin: plain[plain.length - 1] as number, sigmaMax: plain[0] as number, steps };
    const falling = respacedSigmas(configuration, range) ?? plain;
    const inner = falling.map((sigma) => (configuration.invert_sigmas ? 1 - sigma : sigma));
    const sigmas = Float32Array.of(...inner, configuration.invert_sigmas ? 1 : 0);
    const timesteps = inner.map((_, i) => Math.fround(entry(sigmas, i) * configuration.num_train_timesteps));
    return {
      stochastic: configuration.stochastic_sampling,
      sigmas,
      timesteps,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map(() => configuration.stochastic_sampling),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput } = at;
    const sigma = entry(plan.sigmas, index);
    const sigmaNext = entry(plan.sigmas, index + 1);
    if (!plan.stochastic) {
      return { sample: linearCombination([1, sample], [sigmaNext - sigma, modelOutput]), history: [] };
    }
    const denoised = linearCombination([1, sample], [-sigma, modelOutput]);
    return { sample: linearCombination([1 - sigmaNext, denoised], [sigmaNext, noiseOf(at)]), history: [] };
  },
};

/** Falling sigmas; a static shift acts on the trained range and again on the visited points, as in diffusers. */
function shiftedSigmas(configuration: Configuration, { steps, imageTokens, evenSigmas }: PlanRequest): number[] {
  const { num_train_timesteps: trained, use_dynamic_shifting: dynamic } = configuration;
  const shift = dynamic ? dynamicShift(configuration, imageTokens) : configuration.shift;
  const bend = (sigma: number) => shift / (shift + (1 / sigma - 1));
  const sigmaMin = Math.fround(dynamic ? 1 / trained : bend(1 / trained));
  const visited =
    evenSigmas === true
      ? evenlySpaced(1, 1 / steps, steps).map(Math.fround)
      : evenlySpaced(trained, sigmaMin * trained, steps).map((timestep) => timestep / trained);
  const shifted = visited.map(bend);
  return configuration.shift_terminal === null ? shifted : stretched(shifted, configuration.shift_terminal);
}

/** The shift for a resolution: its logarithm (or itself) is linear in the number of image tokens. */
function dynamicShift(configuration: Configuration, imageTokens: number | null): number {
  if (imageTokens === null) {
    const message = "use_dynamic_shifting needs the number of image tokens, which this pipeline does not know";
    throw new MezzotintError("UNSUPPORTED", message);
  }
  const { base_image_seq_len: shortest, max_image_seq_len: longest } = configuration;
  const slope = (configuration.max_shift - configuration.base_shift) / (longest - shortest);
  const mu = configuration.base_shift + slope * (imageTokens - shortest);
  return configuration.time_shift_type === "exponential" ? Math.exp(mu) : mu;
}

/** Sigmas stretched so that the last one is `terminal`. */
function stretched(sigmas: readonly number[], terminal: number): number[] {
  const scale = (1 - (sigmas[sigmas.length - 1] as number)) / (1 - terminal);
  return sigmas.map((sigma) => 1 - (1 - sigma) / scale);
}
