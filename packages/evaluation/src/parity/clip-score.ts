import { z } from "zod";
import { openClip, type Clip } from "../extractors/clip.ts";
import { pairedCosines } from "../metrics/clip-score.ts";
import { toRgbImage, type ParityCase, type ParityKind } from "./parity-kind.ts";

const Content = z.object({ pipeline: z.string(), prompts: z.array(z.string()).min(1) });

/** A picture's input is made of a few roundings in single precision, of values up to 3. */
const INPUT_TOLERANCE = 1e-6;

/** The cosine of picture i with prompt i, and the pictures as the model was given them. */
export const clipScore: ParityKind = {
  tolerance: { pixelValues: INPUT_TOLERANCE },
  run: async ({ content, array, pipelineFolder }) => {
    const { pipeline, prompts } = Content.parse(content);
    const clip = await openClip(await pipelineFolder(pipeline));
    try {
      const prepared = await prepareImages(clip, array, prompts.length);
      const images = await clip.run(prepared);
      const { embeddings } = await clip.embedTexts(prompts);
      return {
        arrays: { pixelValues: stacked(prepared, clip.inputShape) },
        expected: { cosine: [...pairedCosines(images, embeddings)] },
      };
    } finally {
      await clip.dispose();
    }
  },
};

async function prepareImages(clip: Clip, array: ParityCase["array"], count: number): Promise<Float32Array[]> {
  const prepared: Float32Array[] = [];
  for (let i = 0; i < count; i++) prepared.push(clip.prepare(toRgbImage(await array(`image${i}`), `image${i}`)));
  return prepared;
}

function stacked(prepared: readonly Float32Array[], shape: readonly number[]) {
  const size = prepared[0]?.length ?? 0;
  const data = new Float32Array(prepared.length * size);
  prepared.forEach((values, i) => data.set(values, i * size));
  return { shape: [prepared.length, ...shape], data };
}
