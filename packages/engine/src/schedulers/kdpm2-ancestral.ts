import { z } from "zod";
import { ancestralSplit } from "../schedule/ancestral-split.ts";
import { interleavedTrajectory, InterleavedShape, middleInLog } from "../schedule/interleaved-trajectory.ts";
import { DiffusionPrediction, type PredictionType } from "../schedule/prediction.ts";
import { ratioDenoised } from "../schedule/ratio-denoised.ts";
import { plusTimes, slopeOf } from "../schedule/single.ts";
import { entry, noiseOf, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({ ...InterleavedShape, prediction_type: DiffusionPrediction.default("epsilon") });

interface AncestralMidpointPlan extends Plan {
  readonly prediction: PredictionType;
  readonly sigmas: Float32Array;
  /** Geometric means between a step and the lower end of its deterministic part; the last one is 0. */
  readonly middles: readonly number[];
}

/**
 * DPM-Solver-2 on sigmas down to a lower sigma, then fresh noise up to the next one.
 * sample, modelOutput: f32[c, h, w]; between the two calls the history is [sample] of the first. Karras et al. 2022
 * (arXiv 2206.00364); Song et al. 2020 (arXiv 2011.13456), appendix F, for the split of variance.
 */
export const kdpm2Ancestral: Scheduler<z.infer<typeof Configuration>, AncestralMidpointPlan> = {
  label: "DPM2 ancestral",
  trajectory: "diffusion",
  callsPerStep: 2,
  configuration: Configuration,

  plan(configuration, { steps }) {
    const trajectory = interleavedTrajectory(configuration, {
      steps,
      middle: (sigma, sigmaNext) => middleInLog(sigma, ancestralSplit(sigma, sigmaNext).down),
    });
    return {
      ...trajectory,
      prediction: configuration.prediction_type,
      drawsNoise: trajectory.timesteps.map((_, index) => index % 2 === 1),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput, history } = at;
    const { prediction } = plan;
    const from = Math.floor(index / 2);
    const sigma = entry(plan.sigmas, from);
    const middle = entry(plan.middles, from);
    const [start] = history;
    if (start === undefined) {
      const denoised = ratioDenoised({ prediction, sigma, sample, modelOutput });
      const stride = Math.fround(middle - sigma);
      return { sample: plusTimes(sample, slopeOf(sample, denoised, sigma), stride), history: [sample] };
    }
    const { down, up } = ancestralSplit(sigma, entry(plan.sigmas, from + 1));
    const denoised = ratioDenoised({ prediction, sigma: middle, sample, modelOutput });
    const lower = plusTimes(start, slopeOf(sample, denoised, middle), Math.fround(down - sigma));
    return { sample: plusTimes(lower, noiseOf(at), up), history: [] };
  },
};
