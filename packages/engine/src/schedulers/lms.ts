import { z } from "zod";
import { BetaShape } from "../schedule/noise-schedule.ts";
import { DiffusionPrediction, type PredictionType } from "../schedule/prediction.ts";
import { ratioDenoised } from "../schedule/ratio-denoised.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { SigmaRangeShape, SigmaSpacingShape, sigmaTrajectory } from "../schedule/sigma-trajectory.ts";
import { plusTimes, slopeOf, times } from "../schedule/single.ts";
import { entry, type History, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...BetaShape,
  ...RespacingShape,
  ...SigmaSpacingShape,
  ...SigmaRangeShape,
  prediction_type: DiffusionPrediction.default("epsilon"),
});

interface LmsPlan extends Plan {
  readonly prediction: PredictionType;
  readonly sigmas: Float32Array;
}

const ORDER_MAX = 4;

/**
 * Linear multistep method of order 4 on the probability-flow ODE: the integral of the polynomial through the last
 * slopes. sample, modelOutput: f32[c, h, w]; the history holds slopes dx / dsigma. Adams-Bashforth with uneven steps
 * (Hairer, Nørsett & Wanner 1993, III.5), on the ODE of Karras et al. 2022 (arXiv 2206.00364).
 */
export const lms: Scheduler<z.infer<typeof Configuration>, LmsPlan> = {
  label: "LMS",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps }) {
    const trajectory = sigmaTrajectory(configuration, steps);
    return {
      ...trajectory,
      prediction: configuration.prediction_type,
      drawsNoise: trajectory.timesteps.map(() => false),
    };
  },

  step({ plan, index, sample, modelOutput, history }) {
    const sigma = entry(plan.sigmas, index);
    const denoised = ratioDenoised({ prediction: plan.prediction, sigma, sample, modelOutput });
    const slope = slopeOf(sample, denoised, sigma);
    const slopes: History = [slope, ...history].slice(0, ORDER_MAX);
    const nodes = Array.from({ length: Math.min(index + 1, ORDER_MAX) }, (_, back) => entry(plan.sigmas, index - back));
    const end = entry(plan.sigmas, index + 1);
    const weights = slopes.map((_, i) => Math.fround(integralOfBasis(nodes, i, end)));
    const moves = slopes
      .slice(1)
      .reduce((sum, values, i) => plusTimes(sum, values, weights[i + 1] as number), times(slope, weights[0] as number));
    return { sample: plusTimes(sample, moves, 1), history: slopes };
  },
};

/** Where two-point Gauss-Legendre quadrature, exact for the cubics here, evaluates on [-1, 1]. */
const GAUSS_NODE = 1 / Math.sqrt(3);

/** The integral of Lagrange's basis polynomial of node `which`, from the first node to `end`. */
function integralOfBasis(nodes: readonly number[], which: number, end: number): number {
  const start = nodes[0] as number;
  const [middle, half] = [(start + end) / 2, (end - start) / 2];
  const own = nodes[which] as number;
  const basis = (at: number) =>
    nodes.reduce((product, node, i) => (i === which ? product : (product * (at - node)) / (own - node)), 1);
  return half * (basis(middle - half * GAUSS_NODE) + basis(middle + half * GAUSS_NODE));
}
