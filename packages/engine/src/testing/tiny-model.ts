import { listModelFiles } from "@mezzotint/onnx/model-file";
import { TINY_SIZE, tinyDecoder, tinyEncoder, tinyTextEncoder, tinyTransformer } from "./tiny-graphs.ts";
import { tinyTokenizer } from "./tiny-tokenizer.ts";
import { writeFolder } from "./write-folder.ts";

/** Sums over the channels of latents and the bias of a preview; their values mean nothing. */
const LATENT_PREVIEW = {
  factors: Array.from({ length: TINY_SIZE.latentChannels }, (_, channel) => [0.3, 0.1 * channel, -0.2]),
  bias: [0, 0.1, 0.2],
};

/**
 * Writes a complete model folder of some 20 kB for tests: text encoder, denoiser and auto-encoder in the layout of the
 * packs that ship, with arbitrary fixed weights, 64 x 64 pixels, and checksums. The model is named after the folder.
 */
export async function writeTinyModel(folder: string): Promise<void> {
  const { tokenizer, config } = tinyTokenizer(TINY_SIZE.tokens);
  const { latentChannels, latentSide, imageSide, width } = TINY_SIZE;
  const autoEncoder = { latent_channels: latentChannels, sample_size: imageSide, scaling_factor: 1, shift_factor: 0 };
  const files: Readonly<Record<string, object | Uint8Array>> = {
    "model_index.json": {
      _class_name: "MezzotintPipeline",
      scheduler: ["diffusers", "FlowMatchEulerDiscreteScheduler"],
      text_encoder: ["mezzotint", "TextEncoder"],
      tokenizer: ["transformers", "PreTrainedTokenizerFast"],
      transformer: ["mezzotint", "Denoiser"],
      vae: ["mezzotint", "AutoEncoder"],
    },
    "mezzotint.json": presentation(),
    "scheduler/scheduler_config.json": {
      _class_name: "FlowMatchEulerDiscreteScheduler",
      num_train_timesteps: 1_000,
      shift: 1,
      use_dynamic_shifting: false,
    },
    "tokenizer/tokenizer.json": tokenizer,
    "tokenizer/tokenizer_config.json": config,
    "transformer/config.json": { in_channels: latentChannels, sample_size: latentSide, joint_attention_dim: width },
    "vae_encoder/config.json": autoEncoder,
    "vae_decoder/config.json": autoEncoder,
    "text_encoder/model.onnx": tinyTextEncoder(),
    "transformer/model.onnx": tinyTransformer(),
    "vae_encoder/model.onnx": tinyEncoder(),
    "vae_decoder/model.onnx": tinyDecoder(),
  };
  await writeFolder(folder, files);
  const checksums = (await listModelFiles(folder)).map(({ path: file, sha256 }) => [file, sha256]);
  await writeFolder(folder, { "checksums.json": Object.fromEntries(checksums) });
}

function presentation(): object {
  return {
    title: "Tiny",
    description: "Arbitrary weights; its pictures are coloured noise.",
    licence: "Apache-2.0",
    defaults: {
      steps: 4,
      guidanceScale: 3,
      width: TINY_SIZE.imageSide,
      height: TINY_SIZE.imageSide,
      scheduler: "FlowMatchEulerDiscreteScheduler",
    },
    latentPreview: LATENT_PREVIEW,
  };
}
