import type { LatentPipeline } from "./pipeline.ts";

/** Stable Diffusion 1 and 2: one CLIP text encoder read at its last layer. Rombach et al. 2021 (arXiv 2112.10752). */
export const stableDiffusion: LatentPipeline = {
  family: "latent-diffusion",
  trajectory: "diffusion",
  textEncoders: [{ tokenizer: "tokenizer", encoder: "text_encoder", layer: "last" }],
  fixedSize: false,
  encodesWhole: true,
  classifierFree: true,
  unconditional: "empty-prompt",
  defaults: { steps: 25, guidanceScale: 7.5, size: 512, scalingFactor: 0.18215 },
  condition: ([text]) => (text === undefined ? {} : { encoder_hidden_states: text.hidden }),
};
