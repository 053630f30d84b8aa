import { stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { ModelPresentation } from "@mezzotint/contracts/model";
import { pipelineByClassName } from "../pipelines/index.ts";
import { readCascadeFolder, type CascadeFolder } from "./cascade-folder.ts";
import { ModelIndex, type FolderBase } from "./folder-base.ts";
import { readLatentFolder, type LatentFolder } from "./latent-folder.ts";
import { readPixelFolder, type PixelFolder } from "./pixel-folder.ts";
import { readJsonFile, readOptionalJsonFile } from "./read-json-file.ts";
import { readUnclipFolder, type UnclipFolder } from "./unclip-folder.ts";

/** What a model folder says about itself, checked but not opened. */
export type ModelFolder = LatentFolder | PixelFolder | CascadeFolder | UnclipFolder;

/**
 * Reads a folder in the diffusers ONNX layout, with the liberties that exporters take.
 * Throws MODEL_UNAVAILABLE for a missing folder or part, MODEL_CORRUPT for a damaged file, UNSUPPORTED for a pipeline
 * that is not known.
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const base = await readBase(folder, path.basename(path.resolve(folder)));
  const pipeline = pipelineByClassName(base.index._class_name);
  switch (pipeline.family) {
    case "latent-diffusion":
      return readLatentFolder(base, pipeline);
    case "pixel-cascade":
      return readPixelFolder(base, pipeline);
    case "cascade":
      return readCascadeFolder(base, pipeline, (stage) => readBase(path.join(folder, stage), `${base.name}/${stage}`));
    case "unclip":
      return readUnclipFolder(base, pipeline);
  }
}

async function readBase(folder: string, name: string): Promise<FolderBase> {
  await refuseMissingFolder(folder);
  const index = await readJsonFile(path.join(folder, "model_index.json"), ModelIndex);
  const presentation =
    (await readOptionalJsonFile(path.join(folder, "mezzotint.json"), ModelPresentation)) ?? ModelPresentation.parse({});
  return { folder, name, index, presentation };
}

async function refuseMissingFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new MezzotintError("MODEL_UNAVAILABLE", `model ${path.basename(folder)}: there is no folder ${folder}`);
}
