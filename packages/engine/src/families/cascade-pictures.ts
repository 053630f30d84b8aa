import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe, StageSettings } from "@mezzotint/contracts/recipe";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { createGenerator } from "../random-generators.ts";
import { sourceTensor } from "../source/source-tensor.ts";
import type { SourceImage } from "../source/source.ts";
import type { Course, Stage } from "../step-machine/stage.ts";
import { bytePicture } from "./byte-picture.ts";
import { encodeWords } from "./encode-words.ts";
import type { CascadeParts, Conditions, PixelParts } from "./model-parts.ts";
import { pixelStage, preparePixels } from "./pixel-stage.ts";
import { unitPicture } from "./unit-picture.ts";

/** A picture that one stage of a cascade made. */
export interface StagePicture extends SourceImage {
  /** What the model's folder calls the stage. */
  readonly name: string;
  readonly seed: string;
  /** What it had of the device; null where that was not measured from its beginning to its end. */
  readonly elapsedMs: number | null;
}

/** What the stages of one picture made, and what each had of the device. */
export interface MadeStages {
  readonly made: readonly NdArray[];
  /** The seed that drew them. */
  readonly seed: string;
  readonly elapsedMs: readonly (number | null)[];
}

export interface CascadePictures {
  /** The course of the picture with that seed. */
  courseOf(seed: string): Course;
  /** Every stage's picture, in order. */
  stagesOf(made: MadeStages): StagePicture[];
}

/** What one stage is asked for. */
interface StageOrder extends Omit<StageSettings, "seed"> {
  readonly parts: PixelParts;
  readonly seed: string | undefined;
  readonly scheduler: unknown;
  readonly width: number;
  readonly height: number;
}

/**
 * A recipe's way through a whole cascade, or from a kept picture through its later stages. Every stage has a generator of
 * its own, and sees what the one before made as the bytes that are kept of it: so any stage can be run again alone, to the
 * same picture. Throws INVALID_INPUT or UNSUPPORTED with the numbers.
 */
export async function cascadePictures(
  parts: CascadeParts,
  recipe: Recipe,
  kept: SourceImage | null,
): Promise<CascadePictures> {
  const first = recipe.stageInput?.stage ?? 0;
  const orders = ordersOf(parts, recipe).slice(first);
  if (orders.length === 0) {
    const message = `stageInput: ${parts.folder.name} has ${parts.stages.length} stages, got ${first} for the first`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const conditions = await encodeWords(parts.stages[0], recipe, guidesAny(orders));
  const given = kept === null ? [] : [sourceTensor(kept, kept)];
  const stages = orders.map((order, i) => stageOf(order, { recipe, conditions, enlarges: first + i > 0 }));
  return {
    courseOf: (seed) => ({ given, stages: stages.map((stage) => stage(seed)) }),
    stagesOf: ({ made, seed, elapsedMs }) =>
      made.map((picture, i) => {
        const order = orders[i];
        const name = order?.parts.folder.name.split("/").at(-1) ?? "";
        return {
          ...bytePicture(unitPicture(picture)),
          name,
          seed: order?.seed ?? seed,
          elapsedMs: elapsedMs[i] ?? null,
        };
      }),
  };
}

function ordersOf({ folder, stages }: CascadeParts, recipe: Recipe): StageOrder[] {
  const later = stages.length - 1;
  if (recipe.stages !== undefined && recipe.stages.length !== later) {
    const message = `stages: ${folder.name} has ${later} later stages, got settings for ${recipe.stages.length}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const sizeAt = (pixels: number, stage: PixelParts) => (pixels * stage.folder.trainedSize) / folder.trainedSize;
  return stages.map((parts, i) => {
    const size = { width: sizeAt(recipe.width, parts), height: sizeAt(recipe.height, parts) };
    if (i === 0) {
      const { steps, guidanceScale, scheduler } = recipe;
      return { parts, ...size, steps, guidanceScale, scheduler, noiseLevel: 0, seed: undefined };
    }
    const { schedulerConfiguration: scheduler, pipeline } = parts.folder;
    const { seed, ...asked } = recipe.stages?.[i - 1] ?? { ...pipeline.defaults, noiseLevel: pipeline.noiseLevel };
    return { parts, ...size, ...asked, scheduler, seed };
  });
}

function guidesAny(orders: readonly StageOrder[]): boolean {
  return orders.some(({ guidanceScale }) => guidanceScale > 1);
}

interface StageContext {
  readonly recipe: Recipe;
  readonly conditions: Conditions;
  readonly enlarges: boolean;
}

/** A stage by the seed of its picture. */
function stageOf(order: StageOrder, { recipe, conditions, enlarges }: StageContext): (seed: string) => Stage {
  const { parts, noiseLevel } = order;
  const { eta, guidanceRescale, generator } = recipe;
  const enlargement = enlarges ? { picture: null, noiseLevel } : null;
  const prepared = preparePixels(parts, { ...order, eta, guidanceRescale, conditions, enlargement });
  return (seed) => {
    const stage = pixelStage(parts, prepared, () => createGenerator(generator, order.seed ?? seed));
    return { ...stage, finish: (sample) => asKept(stage.finish(sample)) };
  };
}

/** A picture f32 [1, 3, h, w] in [-1, 1] as it is once its bytes are read again. */
function asKept(picture: NdArray): NdArray {
  const bytes = bytePicture(unitPicture(picture));
  return sourceTensor(bytes, bytes);
}
