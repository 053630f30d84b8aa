import { z } from "zod";
import { logSnrLevel, type LogSnrLevel } from "../schedule/half-log-snr.ts";
import { dpmWeights } from "../schedule/dpm-weights.ts";
import { BetaShape } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { dividedBy, plusTimes, sumOf, times } from "../schedule/single.ts";
import { singleLogarithm } from "../schedule/single-logarithm.ts";
import { solverOutput } from "../schedule/solver-output.ts";
import { solverTrajectory, SolverTrajectoryShape } from "../schedule/solver-trajectory.ts";
import { ThresholdingShape } from "../schedule/thresholding.ts";
import { entry, type History, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...BetaShape,
  ...ThresholdingShape,
  ...RespacingShape,
  ...SolverTrajectoryShape,
  solver_order: z.int().min(1).max(3).default(2),
  prediction_type: PredictionType.default("epsilon"),
  lower_order_final: z.boolean().default(true),
});
type Configuration = z.infer<typeof Configuration>;

interface DeisPlan extends Plan {
  readonly configuration: Configuration;
  readonly sigmas: Float32Array;
}

const round = Math.fround;

/** Few steps end with lower orders, which are steadier there. */
const FEW_STEPS = 15;

/**
 * Exponential integrator with the noise extrapolated by polynomials in log rho, orders 1 to 3.
 * sample, modelOutput: f32[c, h, w]; the history holds noise predictions. Zhang & Chen 2022 (arXiv 2204.13902),
 * section 3.3 (log-rho multistep).
 */
export const deis: Scheduler<Configuration, DeisPlan> = {
  label: "DEIS",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps, imageTokens }) {
    const { timesteps, sigmas } = solverTrajectory(configuration, { steps, final: "repeated", imageTokens });
    return {
      configuration,
      timesteps,
      sigmas,
      initialNoiseScale: 1,
      inputNorms: timesteps.map(() => 1),
      drawsNoise: timesteps.map(() => false),
    };
  },

  step(at) {
    const { plan, index, sample, history } = at;
    const { configuration, sigmas } = plan;
    const noise = solverOutput({ ...at, sigma: entry(sigmas, index), wanted: "noise beside", configuration });
    const outputs: History = [noise, ...history].slice(0, configuration.solver_order);
    const order = Math.min(outputs.length, orderLimit(plan, index));
    const levels = Array.from({ length: order + 1 }, (_, back) =>
      logSnrLevel(entry(sigmas, index + 1 - back), configuration.use_flow_sigmas),
    );
    const [to, from] = levels as [(typeof levels)[number], (typeof levels)[number]];
    return { sample: advanced({ sample, outputs, levels, to, from }), history: outputs };
  },
};

interface AdvanceInput {
  readonly sample: Float32Array;
  readonly outputs: History;
  /** Behind the step, at it, and before it: one more than the order. */
  readonly levels: readonly LogSnrLevel[];
  readonly to: LogSnrLevel;
  readonly from: LogSnrLevel;
}

function advanced({ sample, outputs, levels, to, from }: AdvanceInput): Float32Array {
  const [newest, ...earlier] = outputs as [Float32Array, ...Float32Array[]];
  if (levels.length === 2) {
    const { sample: kept, value } = dpmWeights({ algorithm: "dpmsolver", solver: "midpoint", from, to });
    return sumOf([kept, sample], [value, newest]);
  }
  const rhos = levels.map(({ alpha, sigma }) => round(sigma / alpha));
  const [own = 0, ...weights] = extrapolationWeights(rhos);
  const first = plusTimes(dividedBy(sample, from.alpha), newest, own);
  const sum = weights.reduce((done, weight, i) => plusTimes(done, earlier[i] as Float32Array, weight), first);
  return times(sum, to.alpha);
}

function orderLimit({ configuration, timesteps }: DeisPlan, index: number): number {
  const few = configuration.lower_order_final && timesteps.length < FEW_STEPS;
  return few ? Math.min(configuration.solver_order, timesteps.length - index) : configuration.solver_order;
}

/**
 * Integrals from rhos[1] to rhos[0] of Lagrange's basis polynomials in log rho through rhos[1], rhos[2], …: closed
 * forms of the antiderivatives of 1, log rho and its square. Single precision in the order of diffusers, with NumPy's
 * logarithm: on steep schedules they are small differences.
 */
function extrapolationWeights([to, ...nodes]: readonly number[]): number[] {
  const end = to as number;
  const start = nodes[0] as number;
  const logs = nodes.map(singleLogarithm);
  const between = (integral: (rho: number) => number) => round(integral(end) - integral(start));
  return nodes.map((_, i) => {
    // The others in the order of a ring, as the paper's symmetric formulas are called with them.
    const [first, second] = [...logs.slice(i + 1), ...logs.slice(0, i)];
    const own = logs[i] as number;
    if (first === undefined) return round(end - start);
    if (second === undefined) return between((rho) => linearIntegral(rho, own, first));
    return between((rho) => quadraticIntegral(rho, own, [first, second]));
  });
}

/** The integral of (log rho - other) / (own - other). */
function linearIntegral(rho: number, own: number, other: number): number {
  return round(round(rho * round(round(singleLogarithm(rho) - other) - 1)) / round(own - other));
}

/** The integral of (log rho - first) (log rho - second) / ((own - first) (own - second)). */
function quadraticIntegral(rho: number, own: number, [first, second]: readonly [number, number]): number {
  const log = singleLogarithm(rho);
  const products = round(round(first * round(round(second - log) + 1)) - round(second * log));
  const squared = round(round(products + second) + round(log * log));
  const numerator = round(rho * round(round(squared - 2 * log) + 2));
  return round(numerator / round(round(own - first) * round(own - second)));
}
