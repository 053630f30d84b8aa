import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { type NoiseScheduleConfiguration } from "./noise-schedule.ts";
import { dynamicShift, DynamicShiftShape, stretched } from "./dynamic-shift.ts";
import { respacedSigmas, type Respacing } from "./respaced-sigmas.ts";
import { finiteAlphaBars } from "./sigma-trajectory.ts";
import { logarithms, sigmaAt, timestepOfSigma, trainingSigmas } from "./sigmas.ts";
import { evenlySpaced, fallingFrom, refuseTooManySteps, TimestepSpacing } from "./timestep-spacing.ts";

/** Settings of sigmas that the exponential-integrator samplers share (DPM-Solver, DEIS, UniPC). */
export const SolverSigmaShape = {
  use_flow_sigmas: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  flow_shift: z
    .number()
    .positive()
    .nullish()
    .transform((value) => value ?? 1),
  sigma_min: z.number().positive().nullable().default(null),
  sigma_max: z.number().positive().nullable().default(null),
  ...DynamicShiftShape,
};
/** The same where the spacing of timesteps can be chosen. */
export const SolverTrajectoryShape = {
  timestep_spacing: TimestepSpacing.default("linspace"),
  steps_offset: z.int().default(0),
  ...SolverSigmaShape,
};
const Settings = z.object(SolverTrajectoryShape);

export type SolverTrajectoryConfiguration = NoiseScheduleConfiguration &
  Respacing &
  z.infer<typeof Settings> & {
    readonly use_lu_lambdas?: boolean;
    /** Lambdas below this are never visited; null for no such bound. */
    readonly lambda_min_clipped?: number | null;
  };

/** What stands behind the last step: no noise, the least noise of training, or where a respaced schedule ended. */
export type FinalSigma = "zero" | "trained" | "repeated";

export interface SolverTrajectoryRequest {
  readonly steps: number;
  readonly final: FinalSigma;
  /** Length of the image's token sequence, for flows that shift with resolution; null where there is none. */
  readonly imageTokens: number | null;
  /** Whether timesteps of respaced sigmas are cut rather than rounded; false when absent. */
  readonly keepsFractions?: boolean;
  /** UniPC's own flow: from pure noise and even in the share of noise, its last sigma stretched to `terminal`. */
  readonly flow?: { readonly terminal: number | null };
}

export interface SolverTrajectory {
  /** Whole training timesteps, falling. */
  readonly timesteps: readonly number[];
  /** One for every timestep and one behind them. */
  readonly sigmas: Float32Array;
}

/**
 * Sigmas and whole timesteps for `steps` steps of an exponential integrator, which leaves out the last point of its
 * grid. Lu et al. 2022 (arXiv 2206.00927), section 4. Throws INVALID_INPUT for too many steps.
 */
export function solverTrajectory(
  configuration: SolverTrajectoryConfiguration,
  request: SolverTrajectoryRequest,
): SolverTrajectory {
  const { steps, final } = request;
  refuseTooManySteps(steps, configuration.num_train_timesteps);
  const alphaBars = finiteAlphaBars(configuration);
  const sigmas = trainingSigmas(alphaBars);
  const least = sigmas[0] as number;
  const points =
    respacedPoints(configuration, request, sigmas) ?? plainPoints(configuration, { ...request, sigmas, alphaBars });
  const ends = { zero: 0, trained: least, repeated: points.regular ? least : (points.visited[steps - 1] as number) };
  return { timesteps: points.timesteps.map(Math.trunc), sigmas: Float32Array.of(...points.visited, ends[final]) };
}

interface Points {
  readonly timesteps: readonly number[];
  readonly visited: readonly number[];
  /** Whether the points are timesteps of training, rather than sigmas in a spacing of their own. */
  readonly regular: boolean;
}

function respacedPoints(
  configuration: SolverTrajectoryConfiguration,
  { steps, keepsFractions, flow }: SolverTrajectoryRequest,
  sigmas: Float32Array,
): Points | null {
  const range = {
    sigmaMin: configuration.sigma_min ?? (sigmas[0] as number),
    sigmaMax: configuration.sigma_max ?? (sigmas[sigmas.length - 1] as number),
    steps,
  };
  const uniformLambda = configuration.use_lu_lambdas === true && configuration.use_karras_sigmas !== true;
  const logSigmas = logarithms(sigmas);
  const visited = uniformLambda ? uniformLambdas(logSigmas, steps) : respacedSigmas(configuration, range);
  if (visited === null) return null;
  if (flow !== undefined && configuration.use_flow_sigmas && configuration.use_karras_sigmas === true) {
    const shares = visited.map((sigma) => sigma / (sigma + 1));
    return {
      timesteps: shares.map((share) => share * configuration.num_train_timesteps),
      visited: shares,
      regular: false,
    };
  }
  const exact = visited.map((sigma) => timestepOfSigma(sigma, logSigmas));
  const coarse = uniformLambda || configuration.use_karras_sigmas === true;
  return { timesteps: coarse && keepsFractions !== true ? exact.map(roundHalfEven) : exact, visited, regular: false };
}

/** Sigmas evenly spaced in lambda, which without the signal's share is the logarithm. Lu et al. 2022, section 4. */
function uniformLambdas(logSigmas: Float32Array, steps: number): number[] {
  return evenlySpaced(logSigmas[logSigmas.length - 1] as number, logSigmas[0] as number, steps).map(Math.exp);
}

interface Grid extends SolverTrajectoryRequest {
  readonly sigmas: Float32Array;
  readonly alphaBars: Float32Array;
}

function plainPoints(configuration: SolverTrajectoryConfiguration, grid: Grid): Points {
  if (configuration.use_flow_sigmas) return flowPoints(configuration, grid);
  const timesteps = solverTimesteps(configuration, grid);
  return { timesteps, visited: timesteps.map((timestep) => sigmaAt(timestep, grid.sigmas)), regular: true };
}

/** Just below pure noise, whose lambda would be infinite. */
const NOISE_MARGIN = 1e-6;

function flowPoints(
  configuration: SolverTrajectoryConfiguration,
  { steps, imageTokens, flow }: SolverTrajectoryRequest,
): Points {
  const { num_train_timesteps: trained } = configuration;
  const dynamic = configuration.use_dynamic_shifting;
  const shift = dynamic ? dynamicShift(configuration, imageTokens) : configuration.flow_shift;
  const bend = (sigma: number) => (shift * sigma) / (1 + (shift - 1) * sigma);
  const alphas = evenlySpaced(1, 1 / trained, steps + 1);
  const visited =
    flow === undefined
      ? alphas
          .map((alpha) => bend(1 - alpha))
          .toReversed()
          .slice(0, -1)
      : belowNoise(stretched(alphas.slice(0, -1).map(bend), flow.terminal));
  return { timesteps: visited.map((sigma) => sigma * trained), visited, regular: false };
}

function belowNoise([first = 0, ...rest]: readonly number[]): number[] {
  return [Math.abs(first - 1) < NOISE_MARGIN ? first - NOISE_MARGIN : first, ...rest];
}

function solverTimesteps(configuration: SolverTrajectoryConfiguration, { steps, alphaBars }: Grid): number[] {
  const trained = configuration.num_train_timesteps;
  const end = trained - clippedCount(alphaBars, configuration.lambda_min_clipped ?? null);
  switch (configuration.timestep_spacing) {
    case "linspace":
      return evenlySpaced(0, end - 1, steps + 1)
        .map(roundHalfEven)
        .toReversed()
        .slice(0, -1);
    case "leading": {
      const ratio = Math.floor(end / (steps + 1));
      return Array.from({ length: steps }, (_, i) => (steps - i) * ratio + configuration.steps_offset);
    }
    case "trailing":
      return fallingFrom(end, trained / steps).map((timestep) => roundHalfEven(timestep) - 1);
  }
}

/** How many of the noisiest training timesteps have a lambda below the bound. */
function clippedCount(alphaBars: Float32Array, lambdaMin: number | null): number {
  if (lambdaMin === null) return 0;
  return alphaBars.filter((alphaBar) => 0.5 * Math.log(alphaBar / (1 - alphaBar)) < lambdaMin).length;
}
