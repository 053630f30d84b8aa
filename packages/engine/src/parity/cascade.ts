import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { z } from "zod";
import { cascadeCourse, type CascadeStage } from "../families/cascade.ts";
import type { PixelParts } from "../families/model-parts.ts";
import type { LoadedModel } from "../load-model.ts";
import { createGenerator } from "../random-generators.ts";
import { drawPictures } from "../step-machine/draw-pictures.ts";
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

/** Stages of a pixel cascade with given words, each enlarging what the one before made here. */
export const cascade: ParityKind = {
  run: async ({ content, model, array }) => {
    const { stages } = Content.parse(content);
    const words = recordedArray(await array("promptEmbeds"));
    const opposite = recordedArray(await array("negativePromptEmbeds"));
    const count = stages[0]?.seeds.length ?? 0;
    const opened: PixelParts[] = [];
    for (const { pipeline } of stages) opened.push(pixelParts(await model(pipeline)));
    const pictures: (readonly NdArray[])[] = [];
    for (let i = 0; i < count; i++) {
      const asked = stages.map((stage, at) => askedOf(stage, { parts: opened[at], picture: i }));
      const conditions = {
        conditional: { encoder_hidden_states: recordedRow(words, i) },
        unconditional: { encoder_hidden_states: recordedRow(opposite, i) },
      };
      const generator = createGenerator("torch-cpu", asked[0]?.seed ?? "0");
      const order = { course: cascadeCourse(asked, { conditions }), from: generator };
      pictures.push(...(await drawPictures([order])));
    }
    return { arrays: Object.fromEntries(stages.map((_, at) => [`stage${at + 1}`, stacked(pictures, at)])) };
  },
};

interface Asked {
  readonly parts: PixelParts | undefined;
  /** Which picture of the batch. */
  readonly picture: number;
}

function askedOf(stage: z.infer<typeof Stage>, { parts, picture }: Asked): CascadeStage {
  const seed = stage.seeds[picture];
  if (parts === undefined || seed === undefined) {
    const message = `stage ${stage.pipeline}: expected a seed for picture ${picture + 1}, got ${stage.seeds.length}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const scheduler = stage.scheduler ?? parts.folder.schedulerConfiguration;
  const { noiseLevel } = stage;
  return { parts, settings: { ...stage, scheduler, guidanceRescale: 0 }, noiseLevel, seed: String(seed) };
}

/** What one stage made of every picture, f32 [n, channels, height, width]. */
function stacked(pictures: readonly (readonly NdArray[])[], stage: number): MeasuredArray {
  const made = pictures.flatMap((stages) => stages[stage] ?? []);
  return { shape: [made.length, ...(made[0]?.shape.slice(1) ?? [])], data: stack(made.map(({ data }) => data)) };
}

function pixelParts({ parts, info }: LoadedModel): PixelParts {
  if (parts.family === "pixel-cascade") return parts;
  throw new MezzotintError("UNSUPPORTED", `${info.name}: expected a stage of a pixel cascade, it is ${parts.family}`);
}
