import { z } from "zod";
import { unitNorm } from "./single.ts";

/** What a network was trained to predict. */
export const PredictionType = z.enum(["epsilon", "sample", "v_prediction", "flow_prediction"]);
export type PredictionType = z.infer<typeof PredictionType>;

/** The same for samplers that follow noise only, never a flow. */
export const DiffusionPrediction = PredictionType.exclude(["flow_prediction"]);

/** Signal and noise of a noisy sample: sample = alpha x0 + sigma noise. */
export interface NoiseLevel {
  readonly alpha: number;
  readonly sigma: number;
}

/**
 * Signal and noise of unit variance together, from their ratio sigma, in single precision. Karras et al. 2022
 * (arXiv 2206.00364), Table 1.
 */
export function noiseLevelOfRatio(sigma: number): NoiseLevel {
  const alpha = Math.fround(1 / unitNorm(sigma));
  return { alpha, sigma: Math.fround(sigma * alpha) };
}
