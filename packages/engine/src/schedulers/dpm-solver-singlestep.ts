import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { DpmAlgorithm, dpmWeights, isDataPrediction, isStochastic, SolverType } from "../schedule/dpm-weights.ts";
import { logSnrLevel } from "../schedule/half-log-snr.ts";
import { BetaShape } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { differenceTimes, dividedBy, plusTimes, sumOf, times, type SingleTerm } from "../schedule/single.ts";
import { solverOutput } from "../schedule/solver-output.ts";
import { SolverSigmaShape, solverTrajectory } from "../schedule/solver-trajectory.ts";
import { ThresholdingShape } from "../schedule/thresholding.ts";
import { entry, noiseOf, type History, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...BetaShape,
  ...ThresholdingShape,
  ...RespacingShape,
  ...SolverSigmaShape,
  solver_order: z.int().min(1).max(3).default(2),
  prediction_type: PredictionType.default("epsilon"),
  algorithm_type: DpmAlgorithm.default("dpmsolver++"),
  solver_type: SolverType.default("midpoint"),
  lower_order_final: z.boolean().default(false),
  final_sigmas_type: z.enum(["zero", "sigma_min"]).default("zero"),
  lambda_min_clipped: z.number().nullable().default(null),
});
type Configuration = z.infer<typeof Configuration>;

const round = Math.fround;

interface SinglestepPlan extends Plan {
  readonly configuration: Configuration;
  readonly sigmas: Float32Array;
  /** The order at every model call; 1 begins a group. */
  readonly orders: readonly number[];
}

/**
 * DPM-Solver and DPM-Solver++ as singlestep methods: model calls in groups of 2 or 3, each redone from the group's start.
 * sample, modelOutput: f32[c, h, w]; the history is the group's first sample, then converted outputs. Lu et al. 2022
 * (arXiv 2206.00927, Algorithms 1 and 2; arXiv 2211.01095, Algorithm 1).
 */
export const dpmSolverSinglestep: Scheduler<Configuration, SinglestepPlan> = {
  label: "DPM-Solver++ singlestep",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps, imageTokens }) {
    refuseUnsolvable(configuration);
    const { timesteps, sigmas } = solverTrajectory(
      { ...configuration, timestep_spacing: "linspace", steps_offset: 0 },
      { steps, final: configuration.final_sigmas_type === "zero" ? "zero" : "trained", imageTokens },
    );
    return {
      configuration,
      timesteps,
      sigmas,
      orders: orderList(configuration, steps),
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map(() => isStochastic(configuration.algorithm_type)),
    };
  },

  step(at) {
    const { plan, index, sample, history } = at;
    const { configuration, sigmas } = plan;
    const wanted = isDataPrediction(configuration.algorithm_type) ? "denoised" : "noise";
    const output = solverOutput({ ...at, sigma: entry(sigmas, index), wanted, configuration });
    const [groupStart, ...earlier] = history;
    const outputs: History = [output, ...earlier].slice(0, configuration.solver_order);
    const order = Math.min(entry(plan.orders, index), outputs.length);
    const start = order === 1 || groupStart === undefined ? sample : groupStart;
    const level = (offset: number) => logSnrLevel(entry(sigmas, index + offset), configuration.use_flow_sigmas);
    const weights = dpmWeights({
      algorithm: configuration.algorithm_type,
      solver: order === 3 ? "heun" : configuration.solver_type,
      from: level(1 - order),
      to: level(1),
    });
    const lambdas = Array.from({ length: order + 1 }, (_, back) => level(1 - back).lambda);
    const next = sumOf(
      [weights.sample, start],
      ...differenceTerms({ outputs, lambdas, weights, midpoint: configuration.solver_type === "midpoint" }),
    );
    const noisy = weights.noise === 0 ? next : plusTimes(next, noiseOf(at), weights.noise);
    return { sample: noisy, history: [start, ...outputs] };
  },
};

function refuseUnsolvable({ algorithm_type: algorithm, final_sigmas_type: final }: Configuration): void {
  if (algorithm === "sde-dpmsolver") {
    throw new MezzotintError("UNSUPPORTED", "sde-dpmsolver has no singlestep form; use sde-dpmsolver++");
  }
  if (!isDataPrediction(algorithm) && final === "zero") {
    throw new MezzotintError(
      "UNSUPPORTED",
      `${algorithm} cannot end at sigma 0; final_sigmas_type must be "sigma_min"`,
    );
  }
}

/** Groups of 1, 2, …, order; the last ones are shorter where they must be, or where the trajectory ends at 0. */
function orderList({ solver_order: order, ...configuration }: Configuration, steps: number): number[] {
  const endsAtZero = configuration.final_sigmas_type === "zero";
  const orders = Array.from({ length: steps }, (_, i) => (i % order) + 1);
  const wholeGroups = steps % order === 0;
  if (endsAtZero || (wholeGroups && configuration.lower_order_final)) orders[steps - 1] = 1;
  return orders;
}

interface DifferenceInput {
  readonly outputs: History;
  /** Lambda behind the step, at it, and before it. */
  readonly lambdas: readonly number[];
  readonly weights: { readonly value: number; readonly slope: number; readonly curvature: number };
  readonly midpoint: boolean;
}

/** The group's first output and divided differences towards later ones, each with its weight. */
function differenceTerms({ outputs, lambdas, weights, midpoint }: DifferenceInput): SingleTerm[] {
  const [to, s0, s1, s2] = lambdas as [number, number, number, number];
  const [m0, m1, m2] = outputs as [Float32Array, Float32Array, Float32Array];
  if (lambdas.length === 2) return [[weights.value, m0]];
  if (lambdas.length === 3) {
    if (to === s1) return [];
    const r0 = round(round(s0 - s1) / round(to - s1));
    return [
      [weights.value, m1],
      [weights.slope, differenceTimes(m0, m1, round(1 / r0))],
    ];
  }
  const h = round(to - s2);
  if (h === 0) return [];
  const [r0, r1] = [round(round(s0 - s2) / h), round(round(s1 - s2) / h)];
  const near = differenceTimes(m1, m2, round(1 / r1));
  const far = differenceTimes(m0, m2, round(1 / r0));
  if (midpoint)
    return [
      [weights.value, m2],
      [weights.slope, far],
    ];
  const slope = dividedBy(plusTimes(times(near, r0), far, -r1), round(r0 - r1));
  const curvature = dividedBy(differenceTimes(far, near, 2), round(r0 - r1));
  return [
    [weights.value, m2],
    [weights.slope, slope],
    [weights.curvature, curvature],
  ];
}
