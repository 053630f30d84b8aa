import { oneAfterTheOther, pooledOf, sideBySide } from "./join-encodings.ts";
import type { LatentPipeline } from "./pipeline.ts";

/** Tokens of the T5 encoder, read or, where the folder has none, left at zero. */
const T5_TOKENS = 256;

/**
 * Stable Diffusion 3: a flow-matching transformer steered by two CLIP encoders side by side, T5 after them, and both CLIPs'
 * pooled words. T5 may be missing. Esser et al. 2024 (arXiv 2403.03206), section 5.
 */
export const stableDiffusion3: LatentPipeline = {
  family: "latent-diffusion",
  trajectory: "flow",
  textEncoders: [
    { tokenizer: "tokenizer", encoder: "text_encoder", layer: "penultimate" },
    { tokenizer: "tokenizer_2", encoder: "text_encoder_2", layer: "penultimate" },
    { tokenizer: "tokenizer_3", encoder: "text_encoder_3", layer: "last", length: T5_TOKENS, optional: true },
  ],
  fixedSize: false,
  encodesWhole: false,
  classifierFree: true,
  unconditional: "empty-prompt",
  defaults: { steps: 28, guidanceScale: 7, size: 1_024, scalingFactor: 1.5305, shiftFactor: 0.0609 },
  condition: ([clip, clip2, t5], { textWidth }) => {
    const pooled = [pooledOf(clip, "text_encoder"), pooledOf(clip2, "text_encoder_2")];
    const clips = sideBySide([clip, clip2].flatMap((encoding) => (encoding === undefined ? [] : [encoding.hidden])));
    const width = textWidth ?? t5?.hidden.shape[2] ?? clips.shape[2] ?? 0;
    const words = t5?.hidden ?? { shape: [1, T5_TOKENS, 0], data: new Float32Array() };
    const joined = sideBySide(pooled.map(({ shape: [, size = 0], data }) => ({ shape: [1, 1, size], data })));
    return {
      encoder_hidden_states: oneAfterTheOther([clips, words], width),
      pooled_projections: { shape: [1, joined.data.length], data: joined.data },
    };
  },
};
