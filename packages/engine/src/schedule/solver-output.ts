import { logSnrLevel } from "./half-log-snr.ts";
import { linearCombination } from "./linear-combination.ts";
import { denoisedMix, noiseMix, type PredictionType } from "./prediction.ts";
import { dynamicallyThresholded, type Thresholding } from "./thresholding.ts";

export interface SolverOutputInput {
  /** f32 [c, h, w]. */
  readonly sample: Float32Array;
  /** f32 [c, h, w] or with a predicted variance behind it. */
  readonly modelOutput: Float32Array;
  /** Noise-to-signal ratio, or on a flow the share of noise. */
  readonly sigma: number;
  /** What the solver integrates. */
  readonly wanted: "denoised" | "noise";
  readonly configuration: Thresholding & {
    readonly prediction_type: PredictionType;
    readonly use_flow_sigmas: boolean;
  };
}

/**
 * A model output as the clean picture or the noise, f32 like the sample, thresholded where the configuration says so.
 * Lu et al. 2022 (arXiv 2211.01095), section 4.1; Saharia et al. 2022 (arXiv 2205.11487), section 2.3.
 */
export function solverOutput({ sample, modelOutput, sigma, wanted, configuration }: SolverOutputInput): Float32Array {
  const level = logSnrLevel(sigma, configuration.use_flow_sigmas);
  const prediction = configuration.prediction_type;
  if (wanted === "noise" && !configuration.thresholding) {
    const mix = noiseMix(prediction, level);
    return linearCombination([mix.sample, sample], [mix.output, modelOutput]);
  }
  const mix = denoisedMix(prediction, level);
  const plain = linearCombination([mix.sample, sample], [mix.output, modelOutput]);
  const denoised = configuration.thresholding ? dynamicallyThresholded(plain, configuration) : plain;
  if (wanted === "denoised") return denoised;
  return linearCombination([1 / level.sigma, sample], [-level.alpha / level.sigma, denoised]);
}
