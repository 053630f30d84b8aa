import path from "node:path";
import { z } from "zod";
import type { PixelPipeline } from "../pipelines/pipeline.ts";
import { Blocks, readSchedulerConfiguration, SampleSize, type FolderBase, type FolderGeometry } from "./folder-base.ts";
import { findModelFile, findOptionalPart, findPart } from "./model-part.ts";
import { readOptionalJsonFile } from "./read-json-file.ts";

const NetworkConfig = z.looseObject({
  in_channels: z.int().nullish(),
  sample_size: SampleSize,
  block_out_channels: Blocks,
});

export interface TextFiles {
  readonly tokenizerFolder: string;
  readonly encoderFile: string;
}

export interface PixelFolder extends FolderBase, FolderGeometry {
  readonly family: "pixel-cascade";
  readonly pipeline: PixelPipeline;
  readonly files: {
    readonly networkFile: string;
    /** Null where the stage is only given encoded words. */
    readonly text: TextFiles | null;
  };
  /** Channels of the picture. */
  readonly channels: number;
  /** How noise is put on the picture to enlarge; null for a first stage. */
  readonly noisingConfiguration: Readonly<Record<string, unknown>> | null;
}

/** One stage of a pixel cascade. Throws MODEL_UNAVAILABLE or MODEL_CORRUPT naming the part. */
export async function readPixelFolder(base: FolderBase, pipeline: PixelPipeline): Promise<PixelFolder> {
  const { folder } = base;
  const network = await findPart(folder, ["unet"]);
  const config = (await readOptionalJsonFile(path.join(network, "config.json"), NetworkConfig)) ?? {};
  const inputs = config.in_channels ?? (pipeline.enlarges ? 6 : 3);
  return {
    ...base,
    family: "pixel-cascade",
    pipeline,
    files: { networkFile: await findModelFile(network), text: await findText(folder) },
    channels: pipeline.enlarges ? inputs / 2 : inputs,
    schedulerConfiguration: await readSchedulerConfiguration(folder, "scheduler"),
    noisingConfiguration: pipeline.enlarges
      ? await readSchedulerConfiguration(folder, "image_noising_scheduler")
      : null,
    sizeMultiple: 2 ** ((config.block_out_channels?.length ?? 4) - 1),
    trainedSize: config.sample_size ?? pipeline.defaults.size,
  };
}

async function findText(folder: string): Promise<TextFiles | null> {
  const tokenizerFolder = await findOptionalPart(folder, ["tokenizer"]);
  const encoder = await findOptionalPart(folder, ["text_encoder"]);
  if (tokenizerFolder === null || encoder === null) return null;
  return { tokenizerFolder, encoderFile: await findModelFile(encoder) };
}
