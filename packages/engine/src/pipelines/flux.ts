import { MezzotintError } from "@mezzotint/contracts/errors";
import { pooledOf } from "./join-encodings.ts";
import type { LatentPipeline } from "./pipeline.ts";

/**
 * FLUX.1: a flow-matching transformer over latents packed two by two, steered by T5 and CLIP's pooled words; guidance is
 * built in, so there is no negative prompt. Times are shares of the trained ones. Labs 2024 (FLUX.1).
 */
export const flux: LatentPipeline = {
  family: "latent-diffusion",
  trajectory: "flow",
  textEncoders: [
    { tokenizer: "tokenizer", encoder: "text_encoder", layer: "last" },
    { tokenizer: "tokenizer_2", encoder: "text_encoder_2", layer: "last", length: 512 },
  ],
  fixedSize: false,
  encodesWhole: false,
  classifierFree: false,
  packed: true,
  evenSigmas: true,
  unconditional: "empty-prompt",
  defaults: { steps: 28, guidanceScale: 3.5, size: 1_024, scalingFactor: 0.3611, shiftFactor: 0.1159 },
  condition: ([clip, t5]) => {
    if (t5 === undefined)
      throw new MezzotintError("UNSUPPORTED", "text_encoder_2: the pipeline needs its hidden states");
    const tokens = t5.hidden.shape[1] ?? 0;
    return {
      encoder_hidden_states: t5.hidden,
      pooled_projections: pooledOf(clip, "text_encoder"),
      txt_ids: { shape: [tokens, 3], data: new Float32Array(tokens * 3) },
    };
  },
};
