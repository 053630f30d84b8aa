import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
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
  unconditional: "zeros",
  defaults: { steps: 30, guidanceScale: 5, size: 1_024, scalingFactor: 0.13025 },
  condition: (encodings, { width, height }) => {
    const pooled = encodings.at(-1)?.pooled;
    if (pooled === undefined || pooled === null) {
      throw new MezzotintError(
        "UNSUPPORTED",
        "text_encoder_2: SDXL needs its pooled output text_embeds, it gives none",
      );
    }
    // Original size, crop corner and target size, as the network saw them in training.
    const sizes = Float32Array.of(height, width, 0, 0, height, width);
    return {
      encoder_hidden_states: sideBySide(encodings.map(({ hidden }) => hidden)),
      text_embeds: pooled,
      time_ids: { shape: [1, sizes.length], data: sizes },
    };
  },
};

/** Arrays f32 [1, tokens, width_i] joined along the last dimension. */
function sideBySide(parts: readonly NdArray[]): NdArray {
  const tokens = parts[0]?.shape[1] ?? 0;
  const widths = parts.map(({ shape }) => shape[2] ?? 0);
  const width = widths.reduce((sum, part) => sum + part, 0);
  const data = new Float32Array(tokens * width);
  for (let token = 0; token < tokens; token++) {
    let at = token * width;
    for (const [i, part] of parts.entries()) {
      const partWidth = widths[i] ?? 0;
      data.set(part.data.subarray(token * partWidth, (token + 1) * partWidth), at);
      at += partWidth;
    }
  }
  return { shape: [1, tokens, width], data };
}
