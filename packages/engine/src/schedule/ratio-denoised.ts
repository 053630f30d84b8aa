import type { PredictionType } from "./prediction.ts";
import { dividedBy, plusTimes, squareAndOne, unitNorm } from "./single.ts";

export interface RatioDenoisedInput {
  readonly prediction: PredictionType;
  /** Noise-to-signal ratio: sample = x0 + sigma noise. */
  readonly sigma: number;
  readonly sample: Float32Array;
  readonly modelOutput: Float32Array;
}

/**
 * The clean picture x0 that a network sees in `sample` = x0 + sigma noise, f32 like the sample and rounded as in torch.
 * Karras et al. 2022 (arXiv 2206.00364), Table 1 (VP); Salimans & Ho 2022 (arXiv 2202.00512) for v.
 */
export function ratioDenoised({ prediction, sigma, sample, modelOutput }: RatioDenoisedInput): Float32Array {
  switch (prediction) {
    case "epsilon":
    case "flow_prediction":
      return plusTimes(sample, modelOutput, -sigma);
    case "sample":
      return modelOutput;
    case "v_prediction": {
      const scaled = dividedBy(sample, squareAndOne(sigma));
      return plusTimes(scaled, modelOutput, Math.fround(-sigma / unitNorm(sigma)));
    }
  }
}
