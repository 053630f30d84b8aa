import { logSnrLevel } from "./half-log-snr.ts";
import type { NoiseLevel, PredictionType } from "./prediction.ts";
import { dividedBy, plusTimes, times } from "./single.ts";
import { dynamicallyThresholded, type Thresholding } from "./thresholding.ts";

export interface SolverOutputInput {
  /** f32 [c, h, w]. */
  readonly sample: Float32Array;
  /** f32 [c, h, w] or with a predicted variance behind it. */
  readonly modelOutput: Float32Array;
  /** Noise-to-signal ratio, or on a flow the share of noise. */
  readonly sigma: number;
  /** What the solver integrates; DEIS asks for the noise that is left beside the clean picture. */
  readonly wanted: "denoised" | "noise" | "noise beside";
  readonly configuration: Thresholding & {
    readonly prediction_type: PredictionType;
    readonly use_flow_sigmas: boolean;
  };
}

/**
 * A model output as the clean picture or the noise, f32 like the sample and rounded as in torch, thresholded where the
 * configuration says so. Lu et al. 2022 (arXiv 2211.01095), section 4.1; Saharia et al. 2022 (arXiv 2205.11487),
 * section 2.3.
 */
export function solverOutput({ sample, modelOutput, sigma, wanted, configuration }: SolverOutputInput): Float32Array {
  const level = logSnrLevel(sigma, configuration.use_flow_sigmas);
  const prediction = configuration.prediction_type;
  const input = { sample, output: modelOutput.subarray(0, sample.length), level, sigma };
  if (wanted === "noise") {
    const noise = noiseOfOutput(prediction, input);
    if (!configuration.thresholding) return noise;
    const denoised = denoisedOfOutput("epsilon", { ...input, output: noise });
    return noiseBeside(input, dynamicallyThresholded(denoised, configuration));
  }
  const plain = denoisedOfOutput(prediction, input);
  const denoised = configuration.thresholding ? dynamicallyThresholded(plain, configuration) : plain;
  if (wanted === "denoised") return denoised;
  // DEIS takes the sigma of a flow as it stands, whatever the sample's own level is.
  const beside = prediction === "flow_prediction" ? { ...input, level: { ...level, sigma } } : input;
  return noiseBeside(beside, denoised);
}

interface OutputInput {
  readonly sample: Float32Array;
  readonly output: Float32Array;
  readonly level: NoiseLevel;
  readonly sigma: number;
}

function denoisedOfOutput(prediction: PredictionType, { sample, output, level, sigma }: OutputInput): Float32Array {
  switch (prediction) {
    case "epsilon":
      return dividedBy(plusTimes(sample, output, -level.sigma), level.alpha);
    case "sample":
      return output;
    case "v_prediction":
      return plusTimes(times(sample, level.alpha), output, -level.sigma);
    case "flow_prediction":
      return plusTimes(sample, output, -sigma);
  }
}

function noiseOfOutput(prediction: PredictionType, input: OutputInput): Float32Array {
  const { sample, output, level } = input;
  switch (prediction) {
    case "epsilon":
      return output;
    case "sample":
      return noiseBeside(input, output);
    case "v_prediction":
      return plusTimes(times(output, level.alpha), sample, level.sigma);
    case "flow_prediction":
      return plusTimes(sample, output, level.alpha);
  }
}

/** What is left of the sample beside a clean picture. */
function noiseBeside({ sample, level }: OutputInput, denoised: Float32Array): Float32Array {
  return dividedBy(plusTimes(sample, denoised, -level.alpha), level.sigma);
}
