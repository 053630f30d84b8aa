import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { logSnrLevel, type LogSnrLevel } from "../schedule/half-log-snr.ts";
import { NoiseScheduleShape } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { RespacingShape } from "../schedule/respaced-sigmas.ts";
import { differenceTimes, dividedBy, plusTimes, sumOf, type SingleTerm } from "../schedule/single.ts";
import { solverOutput } from "../schedule/solver-output.ts";
import { solverTrajectory, SolverTrajectoryShape } from "../schedule/solver-trajectory.ts";
import { ThresholdingShape } from "../schedule/thresholding.ts";
import { uniPcWeights } from "../schedule/unipc-weights.ts";
import { entry, type History, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...NoiseScheduleShape,
  ...ThresholdingShape,
  ...RespacingShape,
  ...SolverTrajectoryShape,
  solver_order: z.int().min(1).max(9).default(2),
  prediction_type: PredictionType.default("epsilon"),
  predict_x0: z.boolean().default(true),
  // Names of related solvers are read as the default, as diffusers does.
  solver_type: z.preprocess((value) => (value === "bh1" ? "bh1" : "bh2"), z.enum(["bh1", "bh2"])).default("bh2"),
  lower_order_final: z.boolean().default(true),
  disable_corrector: z.array(z.int()).default([]),
  final_sigmas_type: z.enum(["zero", "sigma_min"]).default("zero"),
  shift_terminal: z.number().gt(0).lt(1).nullable().default(null),
});
type Configuration = z.infer<typeof Configuration>;

const round = Math.fround;

interface UniPcPlan extends Plan {
  readonly configuration: Configuration;
  readonly sigmas: Float32Array;
}

/**
 * Unified predictor-corrector: each model output first corrects the sample it was made from, then predicts the next.
 * sample, modelOutput: f32[c, h, w]; the history is the last corrected sample, then converted outputs, newest first.
 * Zhao et al. 2023 (arXiv 2302.04867), Algorithms 5 to 8 (UniP, UniC; B1 and B2).
 */
export const unipc: Scheduler<Configuration, UniPcPlan> = {
  label: "UniPC",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps, imageTokens }) {
    const final = configuration.final_sigmas_type === "zero" ? "zero" : "repeated";
    const { shift_terminal: terminal } = configuration;
    if (terminal !== null && !configuration.use_flow_sigmas) {
      throw new MezzotintError("INVALID_INPUT", `shift_terminal ${terminal}: it goes with use_flow_sigmas only`);
    }
    const { timesteps, sigmas } = solverTrajectory(configuration, { steps, final, imageTokens, flow: { terminal } });
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
    const wanted = configuration.predict_x0 ? "denoised" : "noise";
    // Thresholds are for pictures: diffusers passes noise on as it is.
    const limits = { ...configuration, thresholding: configuration.predict_x0 && configuration.thresholding };
    const output = solverOutput({ ...at, sigma: entry(sigmas, index), wanted, configuration: limits });
    const [start, ...earlier] = history;
    const corrects = start !== undefined && !configuration.disable_corrector.includes(index - 1);
    const corrected = corrects ? correct({ plan, index, start, outputs: earlier, output }) : sample;
    const outputs: History = [output, ...earlier].slice(0, configuration.solver_order);
    const order = Math.min(orderLimit(plan, index), outputs.length);
    const levels = levelsBack(plan, index + 1, order);
    const next = integrate({ plan, start: corrected, outputs, levels, newest: null });
    return { sample: next, history: [corrected, ...outputs] };
  },
};

function orderLimit({ configuration, timesteps }: UniPcPlan, index: number): number {
  const { solver_order: order, lower_order_final: lower } = configuration;
  return lower ? Math.min(order, timesteps.length - index) : order;
}

/** Levels at sigma `last` and at `count` sigmas before it. */
function levelsBack({ sigmas, configuration }: UniPcPlan, last: number, count: number): LogSnrLevel[] {
  return Array.from({ length: count + 1 }, (_, back) =>
    logSnrLevel(entry(sigmas, last - back), configuration.use_flow_sigmas),
  );
}

interface CorrectInput {
  readonly plan: UniPcPlan;
  readonly index: number;
  /** Where the last prediction started. */
  readonly start: Float32Array;
  /** The outputs it used. */
  readonly outputs: History;
  /** The new output, at the predicted sample. */
  readonly output: Float32Array;
}

/** The last step again, now that its end is known: UniC with the order its prediction had. */
function correct({ plan, index, start, outputs, output }: CorrectInput): Float32Array {
  const order = Math.min(orderLimit(plan, index - 1), outputs.length);
  return integrate({ plan, start, outputs, levels: levelsBack(plan, index, order), newest: output });
}

interface IntegrateInput {
  readonly plan: UniPcPlan;
  readonly start: Float32Array;
  /** At levels[1], levels[2], … */
  readonly outputs: History;
  /** The end of the step, its start, and what lies before; one more than the order. */
  readonly levels: readonly LogSnrLevel[];
  /** The output at the end of the step where it is known. */
  readonly newest: Float32Array | null;
}

function integrate({ plan, start, outputs, levels, newest }: IntegrateInput): Float32Array {
  const { predict_x0: predictsData, solver_type: solver } = plan.configuration;
  const [to, from] = levels as [LogSnrLevel, LogSnrLevel];
  const [base, ...earlier] = outputs as [Float32Array, ...Float32Array[]];
  const lambdas = levels.map(({ lambda }) => lambda);
  const { value, scale, ratios, rhos } = uniPcWeights({ lambdas, predictsData, solver, corrects: newest !== null });
  const factor = predictsData ? to.alpha : to.sigma;
  const ratio = predictsData ? to.sigma / from.sigma : to.alpha / from.alpha;
  const plain = sumOf([ratio, start], [-round(factor * value), base]);
  const differences = ratios.map((distance, i) =>
    dividedBy(differenceTimes(earlier[i] as Float32Array, base, 1), distance),
  );
  if (newest !== null) differences.push(differenceTimes(newest, base, 1));
  const [first, ...others] = differences.map((values, i): SingleTerm => [rhos[i] as number, values]);
  return first === undefined ? plain : plusTimes(plain, sumOf(first, ...others), -round(factor * scale));
}
