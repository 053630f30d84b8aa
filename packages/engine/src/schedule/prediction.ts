import { z } from "zod";

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

/** Factors of the noisy sample and of the model output in a linear combination. */
export interface Mix {
  readonly sample: number;
  readonly output: number;
}

/** Pure noise has no signal; dividing by this overflows to infinity, which limits on the picture then clip. */
const SIGNAL_MIN = 1e-200;

/**
 * How the clean picture x0 follows from sample and model output.
 * Salimans & Ho 2022 (arXiv 2202.00512), appendix D; Lipman et al. 2022 (arXiv 2210.02747) for flows.
 */
export function denoisedMix(prediction: PredictionType, { alpha, sigma }: NoiseLevel): Mix {
  switch (prediction) {
    case "epsilon": {
      const signal = Math.max(alpha, SIGNAL_MIN);
      return { sample: 1 / signal, output: -sigma / signal };
    }
    case "sample":
      return { sample: 0, output: 1 };
    case "v_prediction":
      return { sample: alpha, output: -sigma };
    case "flow_prediction":
      return { sample: 1, output: -sigma };
  }
}

/** How the noise follows from sample and model output. Sources as for `denoisedMix`. */
export function noiseMix(prediction: PredictionType, { alpha, sigma }: NoiseLevel): Mix {
  switch (prediction) {
    case "epsilon":
      return { sample: 0, output: 1 };
    case "sample":
      return { sample: 1 / sigma, output: -alpha / sigma };
    case "v_prediction":
      return { sample: sigma, output: alpha };
    case "flow_prediction":
      return { sample: 1, output: alpha };
  }
}

/** Signal and noise of unit variance together, from their ratio sigma (Karras et al. 2022, arXiv 2206.00364, Table 1). */
export function noiseLevelOfRatio(sigma: number): NoiseLevel {
  const alpha = 1 / Math.sqrt(sigma * sigma + 1);
  return { alpha, sigma: sigma * alpha };
}
