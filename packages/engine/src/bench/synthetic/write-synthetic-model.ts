import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Graph } from "@mezzotint/onnx/graph";
import { writeModelFiles } from "@mezzotint/onnx/write-model";
import { tinyTokenizer } from "../../testing/tiny-tokenizer.ts";
import {
  LATENT_CHANNELS,
  syntheticDecoder,
  syntheticTextEncoder,
  syntheticUnet,
  type SyntheticShape,
} from "./synthetic-networks.ts";

/** Sizes of published pipelines, but for the side of a picture. */
export const SYNTHETIC_SHAPES = {
  /** Stable Diffusion 1.5: a UNet of 860 million numbers. */
  sd15: {
    channels: [320, 640, 1280, 1280],
    layersPerBlock: 2,
    heads: 8,
    groups: 32,
    textWidth: 768,
    textLayers: 12,
    tokens: 77,
    vocabulary: 49_408,
    decoderChannels: [128, 256, 512, 512],
  },
} as const satisfies Readonly<Record<string, Omit<SyntheticShape, "imageSide">>>;

/**
 * Writes a pipeline with arbitrary weights in the layout of Stable Diffusion, unless it is there: its pictures mean
 * nothing, its speed and memory are those of the real one. Some 4 GB for sd15.
 */
export async function writeSyntheticModel(folder: string, shape: SyntheticShape): Promise<void> {
  if ((await stat(folder).catch(() => null)) !== null) return;
  const scratch = `${folder}.partial`;
  await rm(scratch, { recursive: true, force: true });
  const { tokenizer, config } = tinyTokenizer(shape.tokens);
  const files: Readonly<Record<string, object>> = {
    "model_index.json": { _class_name: "StableDiffusionPipeline" },
    "scheduler/scheduler_config.json": {
      _class_name: "EulerDiscreteScheduler",
      beta_schedule: "scaled_linear",
      beta_start: 0.00085,
      beta_end: 0.012,
      timestep_spacing: "leading",
      steps_offset: 1,
    },
    "tokenizer/tokenizer.json": tokenizer,
    "tokenizer/tokenizer_config.json": config,
    "unet/config.json": {
      in_channels: LATENT_CHANNELS,
      block_out_channels: shape.channels,
      sample_size: shape.imageSide / 2 ** (shape.decoderChannels.length - 1),
    },
    "vae_decoder/config.json": {
      latent_channels: LATENT_CHANNELS,
      block_out_channels: shape.decoderChannels,
      scaling_factor: 0.18215,
    },
  };
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(scratch, file)), { recursive: true });
    await writeFile(path.join(scratch, file), JSON.stringify(content));
  }
  const networks: Readonly<Record<string, (shape: SyntheticShape) => Graph>> = {
    text_encoder: syntheticTextEncoder,
    unet: syntheticUnet,
    vae_decoder: syntheticDecoder,
  };
  for (const [part, build] of Object.entries(networks)) {
    await mkdir(path.join(scratch, part), { recursive: true });
    writeModelFiles(build(shape), path.join(scratch, part, "model.onnx"));
  }
  await rename(scratch, folder);
}
