import { z } from "zod";
import { kronrodIntegral } from "../schedule/kronrod-quadrature.ts";
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
const round = Math.fround;

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
    // Of the three spacings this class bounds only two: the one of Karras goes over the visited sigmas.
    const bounds = configuration.use_karras_sigmas ? { sigma_min: null, sigma_max: null } : {};
    const trajectory = sigmaTrajectory({ ...configuration, ...bounds }, steps);
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
    const weights = slopes.map((_, i) => round(integralOfBasis(nodes, i, end)));
    const moves = slopes
      .slice(1)
      .reduce((sum, values, i) => plusTimes(sum, values, weights[i + 1] as number), times(slope, weights[0] as number));
    return { sample: plusTimes(sample, moves, 1), history: slopes };
  },
};

/**
 * The integral of Lagrange's basis polynomial of node `which`, from the first node to `end`: of values in single
 * precision, as diffusers hands them to QUADPACK, because on steep schedules the weights are small differences.
 */
function integralOfBasis(nodes: readonly number[], which: number, end: number): number {
  const own = nodes[which] as number;
  const basis = (at: number) =>
    nodes.reduce((product, node, i) => {
      if (i === which) return product;
      return round(product * round(round(round(at) - node) / round(own - node)));
    }, 1);
  return kronrodIntegral(basis, nodes[0] as number, end);
}
