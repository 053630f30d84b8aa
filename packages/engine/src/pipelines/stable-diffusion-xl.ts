import { pooledOf, sideBySide } from "./join-encodings.ts";
import type { LatentPipeline } from "./pipeline.ts";

/**
 * Stable Diffusion XL: two text encoders read at their penultimate layers side by side, the pooled text of the second,
 * and the picture's size. Podell et al. 2023 (arXiv 2307.01952), section 2.
 */
export const stableDiffusionXl: LatentPipeline = {
  family: "latent-diffusion",
  trajectory: "diffusion",
  textEncoders: [
    { tokenizer: "tokenizer", encoder: "text_encoder", layer: "penultimate" },
    { tokenizer: "tokenizer_2", encoder: "text_encoder_2", layer: "penultimate" },
  ],
  fixedSize: false,
  encodesWhole: true,
  classifierFree: true,
  unconditional: "zeros",
  defaults: { steps: 30, guidanceScale: 5, size: 1_024, scalingFactor: 0.13025 },
  condition: (encodings, { width, height }) => {
    const pooled = pooledOf(encodings.at(-1), "text_encoder_2");
    // Original size, crop corner and target size, as the network saw them in training.
    const sizes = Float32Array.of(height, width, 0, 0, height, width);
    return {
      encoder_hidden_states: sideBySide(encodings.map(({ hidden }) => hidden)),
      text_embeds: pooled,
      time_ids: { shape: [1, sizes.length], data: sizes },
    };
  },
};
