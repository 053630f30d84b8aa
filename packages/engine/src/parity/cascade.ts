import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { z } from "zod";
import type { PixelParts } from "../families/model-parts.ts";
import { preparePixels, samplePixels, type PixelSettings } from "../families/pixel-stage.ts";
import type { LoadedModel } from "../load-model.ts";
import { recordedArray, recordedRow, stack } from "./arrays.ts";
import type { MeasuredArray, ParityKind } from "./parity-kind.ts";

const Stage = z.object({
  pipeline: z.string(),
  /** The folder's own when absent. */
  scheduler: z.record(z.string(), z.unknown()).optional(),
  steps: z.int().min(1),
  guidanceScale: z.number(),
  eta: z.number().default(0),
  seeds: z.array(z.int()).min(1),
  noiseLevel: z.int().default(250),
  width: z.int(),
  height: z.int(),
});
const Content = z.object({ stages: z.array(Stage).min(1) });

interface Words {
  readonly conditional: NdArray;
  readonly unconditional: NdArray;
}

/** Stages of a pixel cascade with given words, each enlarging what the one before made here. */
export const cascade: ParityKind = {
  run: async ({ content, model, array }) => {
    const { stages } = Content.parse(content);
    const words = {
      conditional: recordedArray(await array("promptEmbeds")),
      unconditional: recordedArray(await array("negativePromptEmbeds")),
    };
    const arrays: Record<string, MeasuredArray> = {};
    let pictures: readonly NdArray[] = [];
    for (const [i, stage] of stages.entries()) {
      pictures = await runStage(await model(stage.pipeline), { stage, words, smaller: pictures });
      const shape = [pictures.length, ...(pictures[0]?.shape.slice(1) ?? [])];
      arrays[`stage${i + 1}`] = { shape, data: stack(pictures.map(({ data }) => data)) };
    }
    return { arrays };
  },
};

interface StageRun {
  readonly stage: z.infer<typeof Stage>;
  readonly words: Words;
  /** What the stage before made, empty for the first. */
  readonly smaller: readonly NdArray[];
}

async function runStage(model: LoadedModel, { stage, words, smaller }: StageRun): Promise<NdArray[]> {
  const parts = pixelParts(model);
  const { pipeline: _, seeds, noiseLevel, ...rest } = stage;
  const pictures: NdArray[] = [];
  for (const [i, seed] of seeds.entries()) {
    const picture = smaller[i];
    const settings: PixelSettings = {
      ...rest,
      scheduler: stage.scheduler ?? parts.folder.schedulerConfiguration,
      guidanceRescale: 0,
      conditions: {
        conditional: { encoder_hidden_states: recordedRow(words.conditional, i) },
        unconditional: { encoder_hidden_states: recordedRow(words.unconditional, i) },
      },
      enlargement: picture === undefined ? null : { picture, noiseLevel },
    };
    pictures.push(await samplePixels(parts, preparePixels(parts, settings), { seed: String(seed) }));
  }
  return pictures;
}

function pixelParts({ parts, info }: LoadedModel): PixelParts {
  if (parts.family === "pixel-cascade") return parts;
  throw new MezzotintError("UNSUPPORTED", `${info.name}: expected a stage of a pixel cascade, it is ${parts.family}`);
}
