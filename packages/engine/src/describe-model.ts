import { stat } from "node:fs/promises";
import path from "node:path";
import { SCHEDULER_IDS, type SchedulerId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { SchedulerConfiguration } from "@mezzotint/contracts/recipe";
import { hashFileList, listModelFiles, type ModelFile } from "@mezzotint/onnx/model-file";
import { readModelFolder, type ModelFolder } from "./model-folder/model-folder.ts";
import type { PixelFolder } from "./model-folder/pixel-folder.ts";
import { verifyChecksums } from "./model-folder/verify-checksums.ts";
import { completeConfiguration, isSchedulerId, schedulerById } from "./schedulers/index.ts";

type CascadeStageInfo = NonNullable<ModelInfo["stages"]>[number];

/**
 * What a model folder is and can do, without opening a network; every file is read once for its hash.
 * Throws MODEL_UNAVAILABLE for a missing folder or part, MODEL_CORRUPT when a file is damaged or not the one that
 * checksums.json lists, UNSUPPORTED for a pipeline that is not known.
 */
export async function describeModel(folder: string): Promise<ModelInfo> {
  return describeModelFolder(await readModelFolder(folder));
}

/** The same for a folder that was read already. */
export async function describeModelFolder(model: ModelFolder): Promise<ModelInfo> {
  const { folder, presentation, pipeline } = model;
  const files = await listModelFiles(folder);
  await verifyChecksums(folder, files);
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file.path))).size));
  const schedulers = usableSchedulers(model);
  const { defaults } = presentation;
  return {
    name: model.name,
    hash: hashFileList(files.filter(decidesPixels)),
    family: pipeline.family === "cascade" ? "pixel-cascade" : pipeline.family,
    title: presentation.title ?? model.name,
    description: presentation.description ?? "",
    licence: presentation.licence ?? "",
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    sizeMultiple: model.sizeMultiple,
    fixedSize: pipeline.fixedSize,
    defaults: {
      steps: defaults.steps ?? pipeline.defaults.steps,
      guidanceScale: defaults.guidanceScale ?? pipeline.defaults.guidanceScale,
      width: defaults.width ?? model.trainedSize,
      height: defaults.height ?? model.trainedSize,
      scheduler: defaults.scheduler ?? schedulers[0]._class_name,
    },
    ...startsOf(model),
    schedulers: [...schedulers],
    styles: presentation.styles,
    examples: presentation.examples,
    ...(model.family === "cascade" ? { stages: model.stages.map(describeStage) } : {}),
  };
}

function describeStage({ folder, pipeline, presentation, trainedSize }: PixelFolder): CascadeStageInfo {
  const { defaults } = presentation;
  return {
    name: path.basename(folder),
    width: trainedSize,
    height: trainedSize,
    steps: defaults.steps ?? pipeline.defaults.steps,
    guidanceScale: defaults.guidanceScale ?? pipeline.defaults.guidanceScale,
    noiseLevel: pipeline.noiseLevel,
  };
}

/** What pictures can start from: an auto-encoder's other half lets them, and so does a stage that enlarges. */
function startsOf(model: ModelFolder): Pick<ModelInfo, "source" | "mask"> {
  switch (model.family) {
    case "latent-diffusion": {
      const optional = model.files.encoderFile === null ? "none" : "optional";
      return model.seesMask ? { source: "required", mask: "required" } : { source: optional, mask: optional };
    }
    case "pixel-cascade":
      return { source: model.pipeline.enlarges ? "required" : "none", mask: "none" };
    case "cascade":
      return { source: "none", mask: "none" };
    case "unclip":
      return { source: model.files.imageEncoderFile === null ? "none" : "optional", mask: "none" };
  }
}

/** Prose, pictures and the checksums of them say nothing about pixels; a better model card must not change a hash. */
const SAYS_NOTHING_ABOUT_PIXELS =
  /(?:^|\/)(?:\..*|LICEN[CS]E.*|checksums\.json|mezzotint\.json|.*\.(?:md|png|jpe?g|webp))$/;

function decidesPixels({ path: file }: ModelFile): boolean {
  return !SAYS_NOTHING_ABOUT_PIXELS.test(file);
}

/** The model's own sampler first, then every other that can follow its network, on the model's own noise schedule. */
function usableSchedulers(model: ModelFolder): readonly [SchedulerConfiguration, ...SchedulerConfiguration[]] {
  const { schedulerConfiguration: own, pipeline } = model;
  const ownId = own["_class_name"];
  const trajectory = isSchedulerId(ownId) ? schedulerById(ownId).trajectory : pipeline.trajectory;
  const others = SCHEDULER_IDS.filter((id) => id !== ownId && schedulerById(id).trajectory === trajectory);
  const ids: SchedulerId[] = isSchedulerId(ownId) ? [ownId, ...others] : others;
  const [first, ...rest] = ids.flatMap((id) => configurationFor(id, own, id === ownId));
  if (first !== undefined) return [first, ...rest];
  throw new MezzotintError("UNSUPPORTED", `model ${model.name}: no sampler can use its scheduler ${String(ownId)}`);
}

function configurationFor(
  id: SchedulerId,
  own: ModelFolder["schedulerConfiguration"],
  isOwn: boolean,
): SchedulerConfiguration[] {
  try {
    return [completeConfiguration({ ...own, _class_name: id })];
  } catch (error) {
    if (isOwn || !(error instanceof MezzotintError)) throw error;
    // Settings of the model's own sampler that another one does not know rule that other one out, nothing more.
    return [];
  }
}
