import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { DpmAlgorithm, dpmWeights, isDataPrediction, isStochastic, SolverType } from "../schedule/dpm-weights.ts";
import { logSnrLevel } from "../schedule/half-log-snr.ts";
import { NoiseScheduleShape } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { differenceTimes, plusTimes, sumOf, type SingleTerm } from "../schedule/single.ts";
import { solverOutput } from "../schedule/solver-output.ts";
import { solverTrajectory, SolverTrajectoryShape } from "../schedule/solver-trajectory.ts";
import { ThresholdingShape } from "../schedule/thresholding.ts";
import { entry, noiseOf, type History, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...ThresholdingShape,
  ...RespacingShape,
  ...SolverTrajectoryShape,
  solver_order: z.int().min(1).max(3).default(2),
  prediction_type: PredictionType.default("epsilon"),
  algorithm_type: DpmAlgorithm.default("dpmsolver++"),
  solver_type: SolverType.default("midpoint"),
  lower_order_final: z.boolean().default(true),
  euler_at_final: z.boolean().default(false),
  use_lu_lambdas: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  final_sigmas_type: z.enum(["zero", "sigma_min"]).default("zero"),
  lambda_min_clipped: z.number().nullable().default(null),
});
type Configuration = z.infer<typeof Configuration>;

interface DpmPlan extends Plan {
  readonly configuration: Configuration;
  readonly sigmas: Float32Array;
}

const round = Math.fround;

/** Few steps end with lower orders, which are steadier there. */
const FEW_STEPS = 15;

/**
 * DPM-Solver and DPM-Solver++, orders 1 to 3, as multistep methods in lambda, half the log signal-to-noise ratio.
 * sample, modelOutput: f32[c, h, w]; the history holds converted outputs. Lu et al. 2022 (arXiv 2206.00927,
 * arXiv 2211.01095, Algorithm 2); the SDE forms follow appendix C of the latter.
 */
export const dpmSolverMultistep: Scheduler<Configuration, DpmPlan> = {
  label: "DPM-Solver++",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps, imageTokens }) {
    refuseUnsolvable(configuration);
    const { timesteps, sigmas } = solverTrajectory(configuration, {
      steps,
      final: configuration.final_sigmas_type === "zero" ? "zero" : "trained",
      keepsFractions: configuration.beta_schedule === "squaredcos_cap_v2",
      imageTokens,
    });
    return {
      configuration,
      timesteps,
      sigmas,
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
    const outputs: History = [output, ...history].slice(0, configuration.solver_order);
    const order = Math.min(outputs.length, orderLimit(plan, index));
    const level = (offset: number) => logSnrLevel(entry(sigmas, index + offset), configuration.use_flow_sigmas);
    const weights = dpmWeights({
      algorithm: configuration.algorithm_type,
      solver: order === 3 ? "heun" : configuration.solver_type,
      from: level(0),
      to: level(1),
    });
    const lambdas = Array.from({ length: order + 1 }, (_, i) => level(1 - i).lambda);
    const next = sumOf(
      [weights.sample, sample],
      ...derivativeTerms(outputs, lambdas, [weights.value, weights.slope, weights.curvature]),
    );
    const noisy = weights.noise === 0 ? next : plusTimes(next, noiseOf(at), weights.noise);
    return { sample: noisy, history: outputs };
  },
};

function refuseUnsolvable({ algorithm_type: algorithm, final_sigmas_type: final, solver_order: order }: Configuration) {
  if (!isDataPrediction(algorithm) && final === "zero") {
    throw new MezzotintError(
      "UNSUPPORTED",
      `${algorithm} cannot end at sigma 0; final_sigmas_type must be "sigma_min"`,
    );
  }
  if (algorithm === "sde-dpmsolver" && order === 3) {
    throw new MezzotintError("UNSUPPORTED", "sde-dpmsolver has no third order; solver_order must be 1 or 2");
  }
}

/** The highest order allowed at a step, whatever the history offers. */
function orderLimit({ configuration, timesteps }: DpmPlan, index: number): number {
  const few = configuration.lower_order_final && timesteps.length < FEW_STEPS;
  const remaining = timesteps.length - index;
  if (remaining === 1 && (few || configuration.euler_at_final || configuration.final_sigmas_type === "zero")) return 1;
  return remaining === 2 && few ? Math.min(2, configuration.solver_order) : configuration.solver_order;
}

/**
 * The converted outputs and their divided differences in lambda, each with its weight; `lambdas` starts behind the
 * step. One output gives order 1, two order 2, three order 3.
 */
function derivativeTerms(outputs: History, lambdas: readonly number[], weights: readonly number[]): SingleTerm[] {
  const [value, slopeWeight, curvatureWeight] = weights as [number, number, number];
  const [to, s0, s1, s2] = lambdas as [number, number, number, number];
  const [m0, m1, m2] = outputs as [Float32Array, Float32Array, Float32Array];
  if (lambdas.length === 2) return [[value, m0]];
  const h = round(to - s0);
  if (h === 0) return [];
  const r0 = round(round(s0 - s1) / h);
  const near = differenceTimes(m0, m1, round(1 / r0));
  if (lambdas.length === 3)
    return [
      [value, m0],
      [slopeWeight, near],
    ];
  const r1 = round(round(s1 - s2) / h);
  const far = differenceTimes(m1, m2, round(1 / r1));
  const both = round(r0 + r1);
  const slope = plusTimes(near, differenceTimes(near, far, 1), round(r0 / both));
  const curvature = differenceTimes(near, far, round(1 / both));
  return [
    [value, m0],
    [slopeWeight, slope],
    [curvatureWeight, curvature],
  ];
}
