import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import type { LatentPipeline, LatentSpace, TextEncoderSlot } from "../pipelines/pipeline.ts";
import {
  Blocks,
  readSchedulerConfiguration,
  SampleSize,
  type FolderBase,
  type FolderGeometry,
  type ModelIndex,
} from "./folder-base.ts";
import { findModelFile, findOptionalPart, findPart } from "./model-part.ts";
import type { TextFiles } from "./pixel-folder.ts";
import { readOptionalJsonFile } from "./read-json-file.ts";

const AutoEncoderConfig = z.looseObject({
  latent_channels: z.int().nullish(),
  scaling_factor: z.number().nullish(),
  shift_factor: z.number().nullish(),
  latents_mean: z.array(z.number()).nullish(),
  latents_std: z.array(z.number()).nullish(),
  block_out_channels: Blocks,
  sample_size: z.int().nullish(),
});
const PredictorConfig = z.looseObject({
  in_channels: z.int().nullish(),
  out_channels: z.int().nullish(),
  sample_size: SampleSize,
  block_out_channels: Blocks,
  patch_size: z.int().nullish(),
});

export interface LatentTextFiles extends TextFiles {
  readonly slot: TextEncoderSlot;
}

/** Files of the parts that every latent diffusion model has. */
export interface LatentFiles {
  /** Those that are there, each with what the pipeline reads of it. */
  readonly textEncoders: readonly LatentTextFiles[];
  readonly predictorFile: string;
  readonly decoderFile: string;
  /** Null where the model cannot start from a picture. */
  readonly encoderFile: string | null;
}

export interface LatentFolder extends FolderBase, FolderGeometry {
  readonly family: "latent-diffusion";
  readonly pipeline: LatentPipeline;
  readonly files: LatentFiles;
  readonly latentSpace: LatentSpace;
  /** Whether the network takes mask and blanked source as channels of its own, and draws nothing without them. */
  readonly seesMask: boolean;
}

/** Factor of the auto-encoder of Stable Diffusion, where no file says another. */
const USUAL_FACTOR = 8;
const USUAL_CHANNELS = 4;
/** Of the auto-encoder whose latents are packed. */
const PACKED_CHANNELS = 16;

/** The parts of a latent diffusion folder. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED naming the part. */
export async function readLatentFolder(base: FolderBase, plainPipeline: LatentPipeline): Promise<LatentFolder> {
  const { folder, index } = base;
  const pipeline = withIndexOptions(plainPipeline, index);
  const predictor = await findPart(folder, ["transformer", "unet"]);
  const decoder = await findPart(folder, ["vae_decoder"]);
  const encoder = await findOptionalPart(folder, ["vae_encoder"]);
  const textEncoders: LatentTextFiles[] = [];
  for (const slot of pipeline.textEncoders) {
    if (slot.optional === true && (await findOptionalPart(folder, [slot.encoder])) === null) continue;
    const tokenizerFolder = await findPart(folder, [slot.tokenizer]);
    const encoderFile = await findModelFile(await findPart(folder, [slot.encoder]));
    textEncoders.push({ tokenizerFolder, encoderFile, slot });
  }
  const files = {
    textEncoders,
    predictorFile: await findModelFile(predictor),
    decoderFile: await findModelFile(decoder),
    encoderFile: encoder === null ? null : await findModelFile(encoder),
  };
  const schedulerConfiguration = await readSchedulerConfiguration(folder, "scheduler");
  const geometry = geometryOf(pipeline, {
    autoEncoder: await readAutoEncoderConfig(folder),
    predictor: (await readOptionalJsonFile(path.join(predictor, "config.json"), PredictorConfig)) ?? {},
  });
  return { ...base, family: "latent-diffusion", pipeline, files, schedulerConfiguration, ...geometry };
}

function withIndexOptions(pipeline: LatentPipeline, index: ModelIndex): LatentPipeline {
  if (index.force_zeros_for_empty_prompt === undefined) return pipeline;
  return { ...pipeline, unconditional: index.force_zeros_for_empty_prompt ? "zeros" : "empty-prompt" };
}

async function readAutoEncoderConfig(folder: string): Promise<z.infer<typeof AutoEncoderConfig>> {
  for (const part of ["vae_decoder", "vae"]) {
    const config = await readOptionalJsonFile(path.join(folder, part, "config.json"), AutoEncoderConfig);
    if (config === null) continue;
    if ((config.latents_mean ?? config.latents_std ?? null) !== null) {
      const message = `${part}: latents_mean and latents_std, a scale for every channel, are not supported`;
      throw new MezzotintError("UNSUPPORTED", message);
    }
    return config;
  }
  return {};
}

function geometryOf(
  pipeline: LatentPipeline,
  {
    autoEncoder,
    predictor,
  }: { autoEncoder: z.infer<typeof AutoEncoderConfig>; predictor: z.infer<typeof PredictorConfig> },
): Pick<LatentFolder, "latentSpace" | "seesMask" | "sizeMultiple" | "trainedSize"> {
  const factor = factorOf(autoEncoder, predictor);
  const halvings = predictor.block_out_channels?.length ?? 1;
  const trainedSize =
    predictor.sample_size === null || predictor.sample_size === undefined ? null : predictor.sample_size * factor;
  const seen = predictor.out_channels ?? predictor.in_channels;
  const channels =
    autoEncoder.latent_channels ?? (pipeline.packed === true ? PACKED_CHANNELS : (seen ?? USUAL_CHANNELS));
  return {
    latentSpace: {
      channels,
      factor,
      scalingFactor: autoEncoder.scaling_factor ?? pipeline.defaults.scalingFactor,
      shiftFactor: autoEncoder.shift_factor ?? pipeline.defaults.shiftFactor ?? 0,
    },
    seesMask: predictor.in_channels === 2 * channels + 1,
    sizeMultiple: factor * (pipeline.packed === true ? 2 : (predictor.patch_size ?? 2 ** (halvings - 1))),
    trainedSize: trainedSize ?? pipeline.defaults.size,
  };
}

function factorOf(autoEncoder: z.infer<typeof AutoEncoderConfig>, predictor: z.infer<typeof PredictorConfig>): number {
  const { block_out_channels: blocks, sample_size: pixels } = autoEncoder;
  if (blocks !== null && blocks !== undefined) return 2 ** (blocks.length - 1);
  const latents = predictor.sample_size;
  if (typeof pixels === "number" && typeof latents === "number" && pixels % latents === 0) return pixels / latents;
  return USUAL_FACTOR;
}
