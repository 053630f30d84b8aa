import type { NdArray } from "@mezzotint/numeric/nd-array";
import { z } from "zod";
import type { LoadedModel } from "../load-model.ts";
import { prepareTextToImage, sampleLatents, type PreparedRequest } from "../text-to-image.ts";
import type { MeasuredArray, ParityKind } from "./parity-kind.ts";

const Content = z.object({
  pipeline: z.string(),
  scheduler: z.record(z.string(), z.unknown()),
  prompt: z.string(),
  negativePrompt: z.string().nullable().default(null),
  guidanceScale: z.number(),
  guidanceRescale: z.number().default(0),
  eta: z.number().default(0),
  steps: z.int().min(1),
  seeds: z.array(z.int()).min(1),
  width: z.int(),
  height: z.int(),
});

/** Fractional timesteps are single-precision numbers around 1,000, computed through logarithms. */
const TIMESTEP_TOLERANCE = 0.01;

/** Whole text-to-image runs, one generator a seed: timesteps, latents after every model call, and pictures. */
export const textToImage: ParityKind = {
  tolerance: { timesteps: TIMESTEP_TOLERANCE },
  run: async ({ content, model: openModel }) => {
    const { pipeline, seeds, ...settings } = Content.parse(content);
    const model = await openModel(pipeline);
    const prepared = await prepareTextToImage(model.parts, settings);
    const pictures: SeedRun[] = [];
    for (const seed of seeds) pictures.push(await runSeed(model, prepared, seed));
    const { timesteps } = prepared.planned.plan;
    const latents = stack(timesteps.map((_, step) => stack(pictures.map(({ steps }) => steps[step] ?? []))));
    const [, ...latentShape] = prepared.shape;
    return {
      arrays: {
        timesteps: { shape: [timesteps.length], data: timesteps },
        latents: { shape: [timesteps.length, seeds.length, ...latentShape], data: latents },
        image: channelsLast(pictures.map(({ picture }) => picture)),
      },
    };
  },
};

interface SeedRun {
  /** Latents after every model call. */
  readonly steps: readonly Float32Array[];
  readonly picture: NdArray;
}

async function runSeed(model: LoadedModel, prepared: PreparedRequest, seed: number): Promise<SeedRun> {
  const steps: Float32Array[] = [];
  const latents = await sampleLatents(model.parts, prepared, {
    seed: String(seed),
    onStep: ({ sample }) => void steps.push(sample),
  });
  return { steps, picture: await model.parts.decoder.decode(latents) };
}

function stack(parts: readonly ArrayLike<number>[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Pictures f32 [3, height, width] as one array [n, height, width, 3]. */
function channelsLast(pictures: readonly NdArray[]): MeasuredArray {
  const [channels = 0, height = 0, width = 0] = pictures[0]?.shape ?? [];
  const area = height * width;
  const data = stack(
    pictures.map((picture) =>
      Float32Array.from(
        { length: area * channels },
        (_, i) => picture.data[(i % channels) * area + Math.floor(i / channels)] ?? Number.NaN,
      ),
    ),
  );
  return { shape: [pictures.length, height, width, channels], data };
}
