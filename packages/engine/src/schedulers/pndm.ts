import { MezzotintError } from "@mezzotint/contracts/errors";
import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { alphaBarAt, BetaShape, cumulativeAlphas, trainingBetas } from "../schedule/noise-schedule.ts";
import { PredictionType } from "../schedule/prediction.ts";
import { dividedBy, plusTimes, sumOf, times } from "../schedule/single.ts";
import { spacedTimesteps, TimestepSpacing } from "../schedule/timestep-spacing.ts";
import { predicted, varianceLevel } from "../schedule/variance-output.ts";
import { entry, type History, type Plan, type Scheduler } from "./scheduler.ts";

const Configuration = z.object({
  ...BetaShape,
  prediction_type: PredictionType.extract(["epsilon", "v_prediction"]).default("epsilon"),
  timestep_spacing: TimestepSpacing.default("leading"),
  steps_offset: z.int().default(0),
  skip_prk_steps: z.boolean().default(false),
  set_alpha_to_one: z.boolean().default(false),
});

interface PndmPlan extends Plan {
  readonly prediction: "epsilon" | "v_prediction";
  /** The model call it begins with. */
  readonly begin: number;
  /** How many model calls start the method up. */
  readonly startCalls: number;
  /** Whether the start is Runge-Kutta, four calls a step; else one Euler step, done twice. */
  readonly rungeKutta: boolean;
  /** Signal variance where every call's jump starts and ends. */
  readonly alphaBarsFrom: readonly number[];
  readonly alphaBarsTo: readonly number[];
}

const round = Math.fround;
const root = (value: number) => round(Math.sqrt(value));

const ORDER = 4;
const CALLS_PER_RUNGE_KUTTA_STEP = 4;
/** Shares of the four slopes of the classical Runge-Kutta method. */
const RUNGE_KUTTA_SHARES = [1 / 6, 1 / 3, 1 / 3, 1 / 6];

/**
 * Pseudo numerical methods for diffusion: linear multistep of order 4 on DDIM's transfer, started by Runge-Kutta or by
 * one doubled step. sample, modelOutput: f32[c, h, w]; the history is the sample its step started from, the weighted
 * sum of slopes so far, then model outputs, newest first. Liu et al. 2022 (arXiv 2202.09778), equations 9 to 13.
 */
export const pndm: Scheduler<z.infer<typeof Configuration>, PndmPlan> = {
  label: "PNDM",
  trajectory: "diffusion",
  configuration: Configuration,

  plan(configuration, { steps, begin = 0 }) {
    const { num_train_timesteps: trained, timestep_spacing: spacing, steps_offset: offset } = configuration;
    const falling = spacedTimesteps({ spacing, steps, trained, offset }).map(roundHalfEven);
    const stride = Math.floor(trained / steps);
    const jumps = configuration.skip_prk_steps
      ? doubledStart(falling, { stride, begin })
      : rungeKuttaStart(falling, { stride, begin });
    const alphaBars = cumulativeAlphas(trainingBetas(configuration));
    const final = configuration.set_alpha_to_one ? 1 : entry(alphaBars, 0);
    const at = (timestep: number) => (timestep < 0 ? final : alphaBarAt(alphaBars, timestep));
    return {
      prediction: configuration.prediction_type,
      begin,
      startCalls: configuration.skip_prk_steps ? 2 : 3 * CALLS_PER_RUNGE_KUTTA_STEP,
      rungeKutta: !configuration.skip_prk_steps,
      timesteps: jumps.map(({ timestep }) => timestep),
      initialNoiseScale: 1,
      inputNorms: jumps.map(() => 1),
      drawsNoise: jumps.map(() => false),
      alphaBarsFrom: jumps.map(({ from }) => at(from)),
      alphaBarsTo: jumps.map(({ to }) => at(to)),
    };
  },

  step(at) {
    const { plan, index, sample, modelOutput, history } = at;
    const [start = sample, slopes = sample, ...outputs] = history;
    const move = (from: Float32Array, slope: Float32Array) => transferred({ plan, index, sample: from, slope });
    const call = index - plan.begin;
    if (plan.rungeKutta && call < plan.startCalls) {
      const stage = call % CALLS_PER_RUNGE_KUTTA_STEP;
      const share = RUNGE_KUTTA_SHARES[stage] as number;
      if (stage === 0) {
        const begun = times(modelOutput, Math.fround(share));
        return { sample: move(sample, modelOutput), history: [sample, begun, modelOutput, ...outputs] };
      }
      const sum = plusTimes(slopes, modelOutput, Math.fround(share));
      const last = stage === CALLS_PER_RUNGE_KUTTA_STEP - 1;
      return { sample: move(start, last ? sum : modelOutput), history: [start, sum, ...outputs] };
    }
    if (!plan.rungeKutta && call === 1) {
      const mean = times(sumOf([1, modelOutput], [1, outputs[0] ?? modelOutput]), 1 / 2);
      return { sample: move(start, mean), history };
    }
    const known: History = [modelOutput, ...outputs].slice(0, ORDER);
    return { sample: move(sample, multistepSlope(known)), history: [sample, slopes, ...known] };
  },
};

interface Jump {
  readonly timestep: number;
  readonly from: number;
  readonly to: number;
}

interface StartInput {
  readonly stride: number;
  readonly begin: number;
}

/** Every step once, but the second twice: the first call is done again with the mean of both its ends' outputs. */
function doubledStart(falling: readonly number[], { stride, begin }: StartInput): Jump[] {
  const timesteps = falling.flatMap((timestep, i) => (i === 1 ? [timestep, timestep] : [timestep]));
  return timesteps.map((timestep, index) =>
    index === begin + 1
      ? { timestep, from: timestep + stride, to: timestep }
      : { timestep, from: timestep, to: timestep - stride },
  );
}

/** Three steps by Runge-Kutta, each with two calls half a stride on and one a whole stride on; the rest once. */
function rungeKuttaStart(falling: readonly number[], { stride, begin }: StartInput): Jump[] {
  if (falling.length < ORDER) {
    const message = `steps: PNDM with Runge-Kutta steps needs at least ${ORDER}, got ${falling.length}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const half = Math.floor(stride / 2);
  const started = falling.slice(0, ORDER - 1).flatMap((from, i) => {
    const next = entry(falling, i + 1);
    return [from, next + half, next + half, next];
  });
  return [...started, ...falling.slice(ORDER - 1)].map((timestep, index) => {
    const call = index - begin;
    if (call < 0 || call >= started.length) return { timestep, from: timestep, to: timestep - stride };
    const from = entry(started, call - (call % CALLS_PER_RUNGE_KUTTA_STEP));
    return { timestep, from, to: call % 2 === 0 ? timestep - half : timestep };
  });
}

/** Adams-Bashforth slopes of order 1 to 4, by how many outputs there are, newest first. */
function multistepSlope(outputs: History): Float32Array {
  const [e1, e2, e3, e4] = outputs as [Float32Array, Float32Array?, Float32Array?, Float32Array?];
  if (e2 === undefined) return e1;
  if (e3 === undefined) return dividedBy(sumOf([3, e1], [-1, e2]), 2);
  if (e4 === undefined) return dividedBy(sumOf([23, e1], [-16, e2], [5, e3]), 12);
  return times(sumOf([55, e1], [-59, e2], [37, e3], [-9, e4]), Math.fround(1 / 24));
}

interface TransferInput {
  readonly plan: PndmPlan;
  readonly index: number;
  readonly sample: Float32Array;
  readonly slope: Float32Array;
}

/** The paper's transfer part, equation 11: DDIM's move between two noise levels with a given noise direction. */
function transferred({ plan, index, sample, slope }: TransferInput): Float32Array {
  const from = entry(plan.alphaBarsFrom, index);
  const to = entry(plan.alphaBarsTo, index);
  const { noise } = predicted(plan.prediction, { sample, modelOutput: slope, level: varianceLevel(from) });
  const kept = root(round(to / from));
  const product = round(round(from * round(1 - from)) * to);
  const divisor = round(round(from * root(round(1 - to))) + root(product));
  const moved = dividedBy(times(noise, round(to - from)), divisor);
  return plusTimes(times(sample, kept), moved, -1);
}
