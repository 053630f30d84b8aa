import { z } from "zod";
import { logSnrLevel } from "../schedule/half-log-snr.ts";
import { linearCombination, type Term } from "../schedule/linear-combination.ts";
import { BetaShape } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
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

  plan(configuration, { steps }) {
    const { timesteps, sigmas } = solverTrajectory(configuration, { steps, final: "repeated" });
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
    const noise = solverOutput({ ...at, sigma: entry(sigmas, index), wanted: "noise", configuration });
    const outputs: History = [noise, ...history].slice(0, configuration.solver_order);
    const order = Math.min(outputs.length, orderLimit(plan, index));
    const levels = Array.from({ length: order + 1 }, (_, back) =>
      logSnrLevel(entry(sigmas, index + 1 - back), configuration.use_flow_sigmas),
    );
    const [to, from] = levels as [(typeof levels)[number], (typeof levels)[number]];
    const rhos = levels.map(({ alpha, sigma }) => sigma / alpha);
    const weights = extrapolationWeights(rhos);
    const terms = weights.map((weight, i): Term => [to.alpha * weight, outputs[i] as Float32Array]);
    return { sample: linearCombination([to.alpha / from.alpha, sample], ...terms), history: outputs };
  },
};

function orderLimit({ configuration, timesteps }: DeisPlan, index: number): number {
  const few = configuration.lower_order_final && timesteps.length < FEW_STEPS;
  return few ? Math.min(configuration.solver_order, timesteps.length - index) : configuration.solver_order;
}

/**
 * Integrals from rhos[1] to rhos[0] of Lagrange's basis polynomials in log rho through rhos[1], rhos[2], …: closed
 * forms of the antiderivatives of 1, log rho and its square.
 */
function extrapolationWeights([to, ...nodes]: readonly number[]): number[] {
  const end = to as number;
  const start = nodes[0] as number;
  const logs = nodes.map(Math.log);
  return nodes.map((_, i) => {
    const [first, second] = logs.filter((__, j) => j !== i);
    const own = logs[i] as number;
    if (first === undefined) return end - start;
    if (second === undefined) {
      const integral = (rho: number) => rho * (Math.log(rho) - 1 - first);
      return (integral(end) - integral(start)) / (own - first);
    }
    const integral = (rho: number) => {
      const log = Math.log(rho);
      return rho * (log ** 2 - 2 * log + 2 - (first + second) * (log - 1) + first * second);
    };
    return (integral(end) - integral(start)) / ((own - first) * (own - second));
  });
}
