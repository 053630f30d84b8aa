import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { BetaShape } from "./noise-schedule.ts";
import { RespacingShape } from "./respaced-sigmas.ts";
import { finiteAlphaBars, SigmaRangeShape, SigmaSpacingShape, sigmaTrajectory } from "./sigma-trajectory.ts";
import { unitNorm } from "./single.ts";
import { logarithms, singleTimestepOfSigma, trainingSigmas } from "./sigmas.ts";

/** Settings of samplers that call the network once more between every two steps. */
export const InterleavedShape = {
  ...BetaShape,
  ...RespacingShape,
  ...SigmaSpacingShape,
  ...SigmaRangeShape,
  beta_start: BetaShape.beta_start.unwrap().default(0.00085),
  beta_end: BetaShape.beta_end.unwrap().default(0.012),
};
const Configuration = z.object(InterleavedShape);

export interface InterleavedRequest {
  readonly steps: number;
  /** The sigma between a step's and the next one's. */
  readonly middle: (sigma: number, sigmaNext: number) => number;
}

export interface InterleavedTrajectory {
  /** Step, middle, step, middle, …, step: one for every model call. */
  readonly timesteps: readonly number[];
  readonly inputNorms: readonly number[];
  readonly initialNoiseScale: number;
  /** One for every step and one behind them. */
  readonly sigmas: Float32Array;
  /** One for every step; the last step has none and goes straight to 0. */
  readonly middles: readonly number[];
}

/** A sigma trajectory with a point between every two of its steps. Karras et al. 2022 (arXiv 2206.00364), appendix D. */
export function interleavedTrajectory(
  configuration: z.infer<typeof Configuration>,
  { steps, middle }: InterleavedRequest,
): InterleavedTrajectory {
  const { timesteps, sigmas, initialNoiseScale, inputNorms } = sigmaTrajectory(configuration, steps);
  const last = timesteps.length - 1;
  const middles = timesteps.map((_, i) => (i === last ? 0 : middle(sigmas[i] as number, sigmas[i + 1] as number)));
  const logSigmas = logarithms(trainingSigmas(finiteAlphaBars(configuration)));
  const whole = configuration.use_karras_sigmas ? timesteps.map(roundHalfEven) : timesteps;
  const between = middles.map((sigma) => singleTimestepOfSigma(sigma, logSigmas));
  const betweenNorms = middles.map(unitNorm);
  return {
    timesteps: interleaved(whole, between),
    inputNorms: interleaved(inputNorms, betweenNorms),
    initialNoiseScale,
    sigmas,
    middles,
  };
}

const round = Math.fround;

/** The geometric mean by way of logarithms, as torch's lerp goes back half of the way from the end. */
export function middleInLog(start: number, end: number): number {
  const [from, to] = [round(Math.log(start)), round(Math.log(end))];
  return round(Math.exp(round(to - round(round(to - from) / 2))));
}

/** a0 b0 a1 b1 … an: the last of the second list is left out. */
function interleaved(first: readonly number[], second: readonly number[]): number[] {
  return first.flatMap((value, i) => (i === first.length - 1 ? [value] : [value, second[i] as number]));
}
