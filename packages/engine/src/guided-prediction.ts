import type { Condition, Denoiser } from "./denoiser.ts";
import type { Predict } from "./denoise.ts";
import { guide } from "./guidance.ts";

export interface GuidedPredictionOptions {
  readonly denoiser: Denoiser;
  /** [1, channels, height, width] of the sample. */
  readonly shape: readonly number[];
  readonly conditional: Condition;
  /** Null runs without guidance: one network call a step instead of two. */
  readonly unconditional: Condition | null;
  readonly scale: number;
  readonly rescale: number;
  /**
   * Whether both branches are one call of batch 2, where the network can: samplers that magnify the last bit then see
   * the bits that diffusers sees. Two calls of batch 1 when absent.
   */
  readonly together?: boolean;
  /** f32 [1, more channels, height, width] that the network sees behind the sample, the same at every call. */
  readonly beside?: Float32Array | undefined;
}

/**
 * A network under classifier-free guidance as one function of sample and time. The two branches are separate calls of
 * batch 1, on a CPU as fast as one of batch 2, unless asked for together. Where the network predicts variance
 * behind the picture, the conditional one is passed on unguided.
 */
export function guidedPrediction(options: GuidedPredictionOptions): Predict {
  const { denoiser, scale, rescale } = options;
  const { shape, withBeside } = besideSample(options);
  return async ({ sample, timestep }) => {
    const whole = withBeside(sample);
    const call = (condition: Condition) => denoiser.predict({ sample: whole, shape, timestep, condition });
    if (options.unconditional === null) return call(options.conditional);
    const conditions = [options.unconditional, options.conditional] as const;
    const pair = options.together === true ? denoiser.predictPair : null;
    const [unconditional, conditional] =
      pair === null
        ? [await call(conditions[0]), await call(conditions[1])]
        : await pair({ sample: whole, shape, timestep, conditions });
    return guideMean({ conditional, unconditional, scale, rescale, length: sample.length });
  };
}

interface BesideSample {
  readonly shape: readonly number[];
  readonly withBeside: (sample: Float32Array) => Float32Array;
}

function besideSample({ shape, beside }: GuidedPredictionOptions): BesideSample {
  if (beside === undefined) return { shape, withBeside: (sample) => sample };
  const [batch = 1, channels = 0, height = 1, width = 1] = shape;
  return {
    shape: [batch, channels + beside.length / (height * width), height, width],
    withBeside: (sample) => {
      const joined = new Float32Array(sample.length + beside.length);
      joined.set(sample);
      joined.set(beside, sample.length);
      return joined;
    },
  };
}

interface GuideMeanInput {
  readonly conditional: Float32Array;
  readonly unconditional: Float32Array;
  readonly scale: number;
  readonly rescale: number;
  /** Numbers of the sample; outputs of twice as many hold variance behind the mean. */
  readonly length: number;
}

/** Guidance over the mean only. Nichol & Dhariwal 2021 (arXiv 2102.09672), section 3.1, for the learned variance. */
export function guideMean({ conditional, unconditional, scale, rescale, length }: GuideMeanInput): Float32Array {
  if (conditional.length <= length) return guide({ conditional, unconditional, scale, rescale });
  const mean = guide({
    conditional: conditional.subarray(0, length),
    unconditional: unconditional.subarray(0, length),
    scale,
    rescale,
  });
  const output = conditional.slice();
  output.set(mean);
  return output;
}
