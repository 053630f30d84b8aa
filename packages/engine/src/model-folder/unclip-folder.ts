import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { npyToFloat32, readNpy } from "@mezzotint/numeric/npy";
import { z } from "zod";
import type { UnclipPipeline } from "../pipelines/pipeline.ts";
import { readSchedulerConfiguration, SampleSize, type FolderBase, type FolderGeometry } from "./folder-base.ts";
import { findModelFile, findOptionalPart, findPart } from "./model-part.ts";
import { readOptionalJsonFile } from "./read-json-file.ts";
import type { TextFiles } from "./pixel-folder.ts";

const NetworkConfig = z.looseObject({ sample_size: SampleSize });

/** Mean and deviation of CLIP's picture embeddings, f32[width] each. */
export interface EmbeddingStatistics {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

export interface UnclipFolder extends FolderBase, FolderGeometry {
  readonly family: "unclip";
  readonly pipeline: UnclipPipeline;
  readonly files: {
    readonly text: TextFiles;
    readonly priorFile: string;
    readonly projectionFile: string;
    readonly decoderFile: string;
    readonly firstEnlargerFile: string;
    /** Of the last step; the same as of the others where there is no other. */
    readonly lastEnlargerFile: string;
    /** CLIP's picture tower, for variations; null where there is none. */
    readonly imageEncoderFile: string | null;
  };
  readonly statistics: EmbeddingStatistics;
  /** Sides in pixels of what the decoder draws and of what it is enlarged to. */
  readonly decodedSize: number;
  readonly enlargedSize: number;
  readonly priorConfiguration: Readonly<Record<string, unknown>>;
  readonly enlargerConfiguration: Readonly<Record<string, unknown>>;
}

const USUAL_DECODED_SIZE = 64;

/** The parts of an unCLIP folder. Throws MODEL_UNAVAILABLE or MODEL_CORRUPT naming the part. */
export async function readUnclipFolder(base: FolderBase, pipeline: UnclipPipeline): Promise<UnclipFolder> {
  const { folder } = base;
  const prior = await findPart(folder, ["prior"]);
  const decoder = await findPart(folder, ["decoder"]);
  const first = await findPart(folder, ["super_res_first"]);
  const last = (await findOptionalPart(folder, ["super_res_last"])) ?? first;
  const imageEncoder = await findOptionalPart(folder, ["image_encoder"]);
  const sizeOf = async (part: string) =>
    (await readOptionalJsonFile(path.join(part, "config.json"), NetworkConfig))?.sample_size ?? null;
  const enlargedSize = (await sizeOf(first)) ?? pipeline.defaults.size;
  return {
    ...base,
    family: "unclip",
    pipeline,
    files: {
      text: {
        tokenizerFolder: await findPart(folder, ["tokenizer"]),
        encoderFile: await findModelFile(await findPart(folder, ["text_encoder"])),
      },
      priorFile: await findModelFile(prior),
      projectionFile: await findModelFile(await findPart(folder, ["text_proj"])),
      decoderFile: await findModelFile(decoder),
      firstEnlargerFile: await findModelFile(first),
      lastEnlargerFile: await findModelFile(last),
      imageEncoderFile: imageEncoder === null ? null : await findModelFile(imageEncoder),
    },
    statistics: await readStatistics(prior),
    decodedSize: (await sizeOf(decoder)) ?? USUAL_DECODED_SIZE,
    enlargedSize,
    priorConfiguration: await readSchedulerConfiguration(folder, "prior_scheduler"),
    schedulerConfiguration: await readSchedulerConfiguration(folder, "decoder_scheduler"),
    enlargerConfiguration: await readSchedulerConfiguration(folder, "super_res_scheduler"),
    sizeMultiple: enlargedSize,
    trainedSize: enlargedSize,
  };
}

async function readStatistics(prior: string): Promise<EmbeddingStatistics> {
  const mean = await readArray(path.join(prior, "clip_mean.npy"));
  const deviation = await readArray(path.join(prior, "clip_std.npy"));
  if (mean.length === deviation.length) return { mean, deviation };
  const message = `prior: clip_mean.npy has ${mean.length} numbers, clip_std.npy ${deviation.length}`;
  throw new MezzotintError("MODEL_CORRUPT", message);
}

async function readArray(file: string): Promise<Float32Array> {
  const label = `prior/${path.basename(file)}`;
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new MezzotintError("MODEL_UNAVAILABLE", `${label} is missing`, { cause });
  });
  try {
    return npyToFloat32(readNpy(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("MODEL_CORRUPT", `${label}: ${reason}`, { cause });
  }
}
