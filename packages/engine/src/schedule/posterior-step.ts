import { noiseOf, type Step, type StepResult } from "../schedulers/scheduler.ts";
import type { PredictionType } from "./prediction.ts";

/** How much fresh noise a step adds: a fixed variance, or one between the two bounds that the network chooses. */
export type VarianceKind = "small" | "large" | "learned" | "learned_range";

export interface PosteriorStep {
  readonly at: Step;
  readonly prediction: PredictionType;
  /** Signal variance at this step and behind it. */
  readonly alphaBar: number;
  readonly alphaBarNext: number;
  /** Signal and noise variance of the forward step between the two. */
  readonly alpha: number;
  readonly beta: number;
  readonly variance: VarianceKind;
  /** The prediction of the clean picture within bounds. */
  readonly limit: (denoised: Float32Array) => Float32Array;
}

const VARIANCE_MIN = 1e-20;
const round = Math.fround;
const root = (value: number) => round(Math.sqrt(value));

/**
 * Draws the sample before a noisy one from the posterior given the predicted clean picture. All of it is rounded to
 * single precision after every operation, in the order of torch: near pure noise alpha-bar is as small as 2.4e-9, and an
 * error of the last bit comes out up to twenty thousand times as large. Ho et al. 2020 (arXiv 2006.11239), equations 6,
 * 7 and 15; Nichol & Dhariwal 2021 (arXiv 2102.09672), equation 15.
 */
export function posteriorStep(step: PosteriorStep): StepResult {
  const { at, alpha, beta } = step;
  const [left, leftNext] = [round(1 - step.alphaBar), round(1 - step.alphaBarNext)];
  const limited = step.limit(denoisedBy(step));
  const towardsDenoised = round(round(root(step.alphaBarNext) * beta) / left);
  const towardsSample = round(round(root(alpha) * leftNext) / left);
  const mean = at.sample.map(
    (value, i) => round(towardsDenoised * (limited[i] as number)) + round(towardsSample * value),
  );
  if (at.plan.drawsNoise[at.index] !== true) return { sample: mean, history: [] };
  const noise = noiseOf(at);
  const deviation = deviations(step, Math.max(round(round(leftNext / left) * beta), VARIANCE_MIN));
  return { sample: mean.map((value, i) => value + round(deviation(i) * (noise[i] as number))), history: [] };
}

function denoisedBy({ at, prediction, alphaBar }: PosteriorStep): Float32Array {
  const { sample, modelOutput } = at;
  const [signal, sigma] = [root(alphaBar), root(round(1 - alphaBar))];
  switch (prediction) {
    case "epsilon":
      return sample.map((value, i) => round(value - round(sigma * (modelOutput[i] as number))) / signal);
    case "v_prediction":
      return sample.map((value, i) => round(signal * value) - round(sigma * (modelOutput[i] as number)));
    case "flow_prediction":
      return sample.map((value, i) => value - round(sigma * (modelOutput[i] as number)));
    case "sample":
      return modelOutput.slice(0, sample.length);
  }
}

/** The deviation of the fresh noise, element by element where it is learned. */
function deviations({ at, variance, beta }: PosteriorStep, small: number): (i: number) => number {
  const { sample, modelOutput } = at;
  const learned = modelOutput.length === 2 * sample.length ? modelOutput.subarray(sample.length) : null;
  if (learned !== null && variance === "learned") return (i) => root(learned[i] as number);
  if (learned !== null && variance === "learned_range") {
    const [logSmall, logLarge] = [round(Math.log(small)), round(Math.log(beta))];
    return (i) => {
      const share = round(round((learned[i] as number) + 1) / 2);
      const logVariance = round(round(share * logLarge) + round(round(1 - share) * logSmall));
      return round(Math.exp(round(logVariance / 2)));
    };
  }
  const fixed = root(variance === "large" ? beta : small);
  return () => fixed;
}
