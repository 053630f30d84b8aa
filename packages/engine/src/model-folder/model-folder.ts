import { stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { ModelPresentation } from "@mezzotint/contracts/model";
import { z } from "zod";
import { pipelineByClassName } from "../pipelines/index.ts";
import type { LatentSpace, Pipeline } from "../pipelines/pipeline.ts";
import { findModelFile, findPart } from "./model-part.ts";
import { readJsonFile, readOptionalJsonFile } from "./read-json-file.ts";

const ModelIndex = z.looseObject({
  _class_name: z.string(),
  force_zeros_for_empty_prompt: z.boolean().optional(),
});
const Blocks = z.array(z.number()).nullish();
const AutoEncoderConfig = z.looseObject({
  latent_channels: z.int().nullish(),
  scaling_factor: z.number().nullish(),
  shift_factor: z.number().nullish(),
  block_out_channels: Blocks,
  sample_size: z.int().nullish(),
});
const PredictorConfig = z.looseObject({
  in_channels: z.int().nullish(),
  sample_size: z.union([z.int(), z.tuple([z.int(), z.int()]).transform(([height]) => height)]).nullish(),
  block_out_channels: Blocks,
  patch_size: z.int().nullish(),
});

/** Files of the parts that every latent diffusion model has. */
export interface PartFiles {
  readonly textEncoders: readonly { readonly tokenizerFolder: string; readonly encoderFile: string }[];
  readonly predictorFile: string;
  readonly decoderFile: string;
}

/** What a model folder says about itself, checked but not opened. */
export interface ModelFolder {
  readonly folder: string;
  readonly name: string;
  readonly pipeline: Pipeline;
  readonly files: PartFiles;
  readonly schedulerConfiguration: Readonly<Record<string, unknown>>;
  readonly latentSpace: LatentSpace;
  readonly sizeMultiple: number;
  /** Side in pixels the network was trained at. */
  readonly trainedSize: number;
  readonly presentation: ModelPresentation;
}

/** Factor of the auto-encoder of Stable Diffusion, where no file says another. */
const USUAL_FACTOR = 8;
const USUAL_CHANNELS = 4;

/**
 * Reads a folder in the diffusers ONNX layout, with the liberties that exporters take.
 * Throws MODEL_UNAVAILABLE for a missing folder or part, MODEL_CORRUPT for a damaged file, UNSUPPORTED for a pipeline
 * that is not known.
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  await refuseMissingFolder(folder);
  const index = await readJsonFile(path.join(folder, "model_index.json"), ModelIndex);
  const pipeline = withIndexOptions(pipelineByClassName(index._class_name), index);
  const predictor = await findPart(folder, ["transformer", "unet"]);
  const decoder = await findPart(folder, ["vae_decoder"]);
  const textEncoders = await Promise.all(
    pipeline.textEncoders.map(async (slot) => ({
      tokenizerFolder: await findPart(folder, [slot.tokenizer]),
      encoderFile: await findModelFile(await findPart(folder, [slot.encoder])),
    })),
  );
  const files = {
    textEncoders,
    predictorFile: await findModelFile(predictor),
    decoderFile: await findModelFile(decoder),
  };
  const schedulerFile = path.join(folder, "scheduler", "scheduler_config.json");
  const schedulerConfiguration = await readJsonFile(schedulerFile, z.record(z.string(), z.unknown()));
  const presentation =
    (await readOptionalJsonFile(path.join(folder, "mezzotint.json"), ModelPresentation)) ?? ModelPresentation.parse({});
  const geometry = geometryOf(pipeline, {
    autoEncoder: await readAutoEncoderConfig(folder),
    predictor: (await readOptionalJsonFile(path.join(predictor, "config.json"), PredictorConfig)) ?? {},
  });
  const name = path.basename(path.resolve(folder));
  return { folder, name, pipeline, files, schedulerConfiguration, presentation, ...geometry };
}

async function refuseMissingFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new MezzotintError("MODEL_UNAVAILABLE", `model ${path.basename(folder)}: there is no folder ${folder}`);
}

function withIndexOptions(pipeline: Pipeline, index: z.infer<typeof ModelIndex>): Pipeline {
  if (index.force_zeros_for_empty_prompt === undefined) return pipeline;
  return { ...pipeline, unconditional: index.force_zeros_for_empty_prompt ? "zeros" : "empty-prompt" };
}

async function readAutoEncoderConfig(folder: string): Promise<z.infer<typeof AutoEncoderConfig>> {
  for (const part of ["vae_decoder", "vae"]) {
    const config = await readOptionalJsonFile(path.join(folder, part, "config.json"), AutoEncoderConfig);
    if (config !== null) return config;
  }
  return {};
}

function geometryOf(
  pipeline: Pipeline,
  {
    autoEncoder,
    predictor,
  }: { autoEncoder: z.infer<typeof AutoEncoderConfig>; predictor: z.infer<typeof PredictorConfig> },
): Pick<ModelFolder, "latentSpace" | "sizeMultiple" | "trainedSize"> {
  const factor = factorOf(autoEncoder, predictor);
  const halvings = predictor.block_out_channels?.length ?? 1;
  const trainedSize =
    predictor.sample_size === null || predictor.sample_size === undefined ? null : predictor.sample_size * factor;
  return {
    latentSpace: {
      channels: autoEncoder.latent_channels ?? predictor.in_channels ?? USUAL_CHANNELS,
      factor,
      scalingFactor: autoEncoder.scaling_factor ?? pipeline.defaults.scalingFactor,
      shiftFactor: autoEncoder.shift_factor ?? 0,
    },
    sizeMultiple: factor * (predictor.patch_size ?? 2 ** (halvings - 1)),
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
