import type { Condition, Denoiser } from "./denoiser.ts";
import type { Predict } from "./denoise.ts";
import { guide } from "./guidance.ts";

export interface GuidedPredictionOptions {
  readonly denoiser: Denoiser;
  readonly shape: readonly number[];
  readonly conditional: Condition;
  /** Null runs without guidance: one network call a step instead of two. */
  readonly unconditional: Condition | null;
  readonly scale: number;
  readonly rescale: number;
}

/**
 * A network under classifier-free guidance as one function of sample and time. The two branches are separate calls of
 * batch 1: on a CPU as fast as one of batch 2, and independent of any company.
 */
export function guidedPrediction(options: GuidedPredictionOptions): Predict {
  const { denoiser, shape, scale, rescale } = options;
  return async ({ sample, timestep }) => {
    const call = (condition: Condition) => denoiser.predict({ sample, shape, timestep, condition });
    if (options.unconditional === null) return call(options.conditional);
    const unconditional = await call(options.unconditional);
    const conditional = await call(options.conditional);
    return guide({ conditional, unconditional, scale, rescale });
  };
}
