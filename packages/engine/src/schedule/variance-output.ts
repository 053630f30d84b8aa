import type { NoiseLevel, PredictionType } from "./prediction.ts";
import { dividedBy, plusTimes, times } from "./single.ts";

const round = Math.fround;

/** Signal and noise of a signal variance alpha-bar, in single precision. */
export function varianceLevel(alphaBar: number): NoiseLevel {
  return { alpha: round(Math.sqrt(alphaBar)), sigma: round(Math.sqrt(round(1 - alphaBar))) };
}

export interface VarianceOutputInput {
  readonly sample: Float32Array;
  /** f32 like the sample or with a predicted variance behind it. */
  readonly modelOutput: Float32Array;
  readonly level: NoiseLevel;
}

/**
 * The clean picture and the noise that a network sees in a sample of unit variance, f32 like the sample and rounded as in
 * torch after every operation. Song et al. 2020 (arXiv 2010.02502), equation 12; Salimans & Ho 2022 (arXiv 2202.00512)
 * for v.
 */
export function predicted(
  prediction: Exclude<PredictionType, "flow_prediction">,
  { sample, modelOutput, level: { alpha, sigma } }: VarianceOutputInput,
): { readonly denoised: Float32Array; readonly noise: Float32Array } {
  const output = modelOutput.subarray(0, sample.length);
  switch (prediction) {
    case "epsilon":
      return { denoised: dividedBy(plusTimes(sample, output, -sigma), alpha), noise: output };
    case "sample":
      return { denoised: output, noise: dividedBy(plusTimes(sample, output, -alpha), sigma) };
    case "v_prediction":
      return {
        denoised: plusTimes(times(sample, alpha), output, -sigma),
        noise: plusTimes(times(output, alpha), sample, sigma),
      };
  }
}
