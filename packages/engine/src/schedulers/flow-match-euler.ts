import { z } from "zod";
import { dynamicShift, DynamicShiftShape, stretched } from "../schedule/dynamic-shift.ts";
import { respacedSigmas, RespacingShape } from "../schedule/respaced-sigmas.ts";
import { plusTimes, sumOf } from "../schedule/single.ts";
import { SigmaRangeShape } from "../schedule/sigma-trajectory.ts";
import { evenlySpaced } from "../schedule/timestep-spacing.ts";
import { entry, noiseOf, type Plan, type PlanRequest, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...RespacingShape,
  ...SigmaRangeShape,
  num_train_timesteps: z.int().min(1).default(1_000),
  shift: z.number().positive().default(1),
  ...DynamicShiftShape,
  invert_sigmas: z.boolean().default(false),
  shift_terminal: z.number().nullable().default(null),
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
    const range = {
      sigmaMin: configuration.sigma_min ?? (plain[plain.length - 1] as number),
      sigmaMax: configuration.sigma_max ?? (plain[0] as number),
      steps,
    };
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
      return { sample: plusTimes(sample, modelOutput, Math.fround(sigmaNext - sigma)), history: [] };
    }
    const denoised = plusTimes(sample, modelOutput, -sigma);
    return { sample: sumOf([1 - sigmaNext, denoised], [sigmaNext, noiseOf(at)]), history: [] };
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
  return stretched(shifted, configuration.shift_terminal);
}
