import { z } from "zod";
import { plusTimes, slopeOf } from "../schedule/single.ts";
import { evenlySpaced } from "../schedule/timestep-spacing.ts";
import { entry, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  num_train_timesteps: z.int().min(1).default(1_000),
  shift: z.number().positive().default(1),
});

interface FlowHeunPlan extends Plan {
  /** Share of noise at every model call and, last, behind them. */
  readonly sigmas: Float32Array;
}

/**
 * Heun's method on a rectified flow: an Euler step, then again with the mean of both ends' velocities; two model calls a
 * step, one for the last. sample, modelOutput: f32[c, h, w]; between the two calls the history is [slope, sample] of
 * the first. Karras et al. 2022 (arXiv 2206.00364), Algorithm 1; Lipman et al. 2022 (arXiv 2210.02747).
 */
export const flowMatchHeun: Scheduler<z.infer<typeof Configuration>, FlowHeunPlan> = {
  label: "Flow matching, Heun",
  trajectory: "flow",
  callsPerStep: 2,
  configuration: Configuration,

  plan({ num_train_timesteps: trained, shift }, { steps }) {
    const bend = (sigma: number) => (shift * sigma) / (1 + (shift - 1) * sigma);
    // The shift acts on the trained range and again on the visited points, as in diffusers.
    const visited = evenlySpaced(trained, Math.fround(bend(1 / trained)) * trained, steps).map((timestep) =>
      Math.fround(bend(timestep / trained)),
    );
    const [first = 1, ...rest] = visited;
    const perCall = [first, ...rest.flatMap((sigma) => [sigma, sigma])];
    return {
      sigmas: Float32Array.of(...perCall, 0),
      timesteps: perCall.map((sigma) => Math.fround(sigma * trained)),
      initialNoiseScale: 1,
      inputNorms: perCall.map(() => 1),
      drawsNoise: perCall.map(() => false),
    };
  },

  step({ plan, index, sample, modelOutput, history }) {
    const [firstSlope, start] = history;
    const sigma = entry(plan.sigmas, index);
    // By way of the clean picture, as in diffusers: where sigma is small the difference rounds.
    const slope = slopeOf(sample, plusTimes(sample, modelOutput, -sigma), sigma);
    if (firstSlope === undefined || start === undefined) {
      const stride = Math.fround(entry(plan.sigmas, index + 1) - sigma);
      return { sample: plusTimes(sample, slope, stride), history: [slope, sample] };
    }
    const mean = slope.map((value, i) => Math.fround((firstSlope[i] as number) + value) / 2);
    return { sample: plusTimes(start, mean, Math.fround(sigma - entry(plan.sigmas, index - 1))), history: [] };
  },
};
