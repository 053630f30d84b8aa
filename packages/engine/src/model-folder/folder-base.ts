import path from "node:path";
import type { ModelPresentation } from "@mezzotint/contracts/model";
import { STAGES_MAX } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { readJsonFile } from "./read-json-file.ts";

export const ModelIndex = z.looseObject({
  _class_name: z.string(),
  force_zeros_for_empty_prompt: z.boolean().optional(),
  /** Folders of a cascade's stages, in order. */
  stages: z
    .array(z.string().regex(/^[\w-]{1,100}$/, "A stage is the name of a folder beside model_index.json."))
    .min(2)
    .max(STAGES_MAX)
    .optional(),
});
export type ModelIndex = z.infer<typeof ModelIndex>;

/** What is read from every folder. */
export interface FolderBase {
  readonly folder: string;
  readonly name: string;
  readonly index: ModelIndex;
  readonly presentation: ModelPresentation;
}

/** What every family works out from its parts. */
export interface FolderGeometry {
  readonly schedulerConfiguration: Readonly<Record<string, unknown>>;
  readonly sizeMultiple: number;
  /** Side in pixels the network was trained at. */
  readonly trainedSize: number;
}

/** Side of a square, or the height of a rectangle. */
export const SampleSize = z.union([z.int(), z.tuple([z.int(), z.int()]).transform(([height]) => height)]).nullish();
export const Blocks = z.array(z.number()).nullish();

/** The configuration of a sampler by its part. Throws MODEL_UNAVAILABLE when it is missing. */
export function readSchedulerConfiguration(folder: string, part: string): Promise<Record<string, unknown>> {
  return readJsonFile(path.join(folder, part, "scheduler_config.json"), z.record(z.string(), z.unknown()));
}
