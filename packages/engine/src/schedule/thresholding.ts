import { z } from "zod";

/** Limits of a diffusers configuration on the predicted clean picture. */
export const ThresholdingShape = {
  thresholding: z.boolean().default(false),
  dynamic_thresholding_ratio: z.number().min(0).max(1).default(0.995),
  sample_max_value: z.number().positive().default(1),
};
export const ClippingShape = {
  clip_sample: z.boolean().default(true),
  clip_sample_range: z.number().positive().default(1),
};
const Limits = z.object({ ...ThresholdingShape, ...ClippingShape });
export type Thresholding = Omit<z.infer<typeof Limits>, "clip_sample" | "clip_sample_range">;
export type Limits = z.infer<typeof Limits>;

/** The prediction of the clean picture within the configured limits; the same array when there are none. */
export function withinLimits(denoised: Float32Array, limits: Limits): Float32Array {
  if (limits.thresholding) return dynamicallyThresholded(denoised, limits);
  return limits.clip_sample ? clamped(denoised, limits.clip_sample_range) : denoised;
}

/**
 * Clips x0 of one picture to its own quantile of absolute values, at least 1, and divides by it.
 * Saharia et al. 2022 (arXiv 2205.11487), section 2.3.
 */
export function dynamicallyThresholded(denoised: Float32Array, thresholding: Thresholding): Float32Array {
  const quantile = quantileOf(denoised.map(Math.abs), thresholding.dynamic_thresholding_ratio);
  const bound = Math.min(Math.max(quantile, 1), thresholding.sample_max_value);
  return clamped(denoised, bound).map((value) => value / bound);
}

/** Values limited to [-bound, bound]. */
export function clamped(values: Float32Array, bound: number): Float32Array {
  return values.map((value) => Math.min(bound, Math.max(-bound, value)));
}

/** The quantile with linear interpolation between order statistics, rounded as torch.quantile does: the rank as well. */
function quantileOf(values: Float32Array, share: number): number {
  const sorted = values.toSorted();
  const rank = Math.fround(Math.fround(share) * (sorted.length - 1));
  const below = Math.floor(rank);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  const [weight, distance] = [rank - below, Math.fround(high - low)];
  return Math.fround(weight < 0.5 ? low + weight * distance : high - (1 - weight) * distance);
}
