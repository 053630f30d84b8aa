import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { z } from "zod";
import {
  latentCourse,
  prepareLatents,
  startLatents,
  type LatentSettings,
  type PreparedLatents,
} from "../families/latent-diffusion.ts";
import type { LatentParts } from "../families/model-parts.ts";
import type { LoadedModel } from "../load-model.ts";
import { createGenerator } from "../random-generators.ts";
import type { EncodedSource } from "../source/start-from-source.ts";
import { drawPictures } from "../step-machine/draw-pictures.ts";
import { channelsLast, stack } from "./arrays.ts";
import type { Measured } from "./parity-kind.ts";

/** What every case of a latent diffusion model says. */
export const LatentCaseShape = {
  pipeline: z.string(),
  scheduler: z.record(z.string(), z.unknown()),
  prompt: z.string(),
  negativePrompt: z.string().nullable().default(null),
  guidanceScale: z.number(),
  guidanceRescale: z.number().default(0),
  eta: z.number().default(0),
  steps: z.int().min(1),
  seeds: z.array(z.int()).min(1),
};

/** The parts of a latent diffusion model. Throws UNSUPPORTED for another family. */
export function latentParts({ parts, info }: LoadedModel): LatentParts {
  if (parts.family === "latent-diffusion") return parts;
  throw new MezzotintError("UNSUPPORTED", `${info.name}: expected latent diffusion, it is ${parts.family}`);
}

export interface LatentRun {
  readonly settings: LatentSettings;
  readonly seeds: readonly number[];
  /** Whether the first picture's draw of the source serves the whole batch, as diffusers does when it inpaints. */
  readonly sharesSource: boolean;
}

/** Whole runs, one generator a seed: timesteps, latents after every model call, and pictures. */
export async function runLatents(parts: LatentParts, { settings, seeds, sharesSource }: LatentRun): Promise<Measured> {
  // diffusers cuts long prompts off.
  const prepared = await prepareLatents(parts, { ...settings, cutsLongPrompts: true });
  const generators = seeds.map((seed) => createGenerator("torch-cpu", String(seed)));
  const shared = sharesSource ? await encodedBy(parts, prepared, seeds[0] ?? 0) : null;
  const orders = generators.map((generator, i) => ({
    from: generator,
    course: latentCourse(parts, prepared, i > 0 ? (shared ?? undefined) : undefined),
  }));
  const pictures: Float32Array[][] = seeds.map(() => []);
  const made = await drawPictures(orders, { onCall: ({ sample }, picture) => void pictures[picture]?.push(sample) });
  const images: NdArray[] = [];
  for (const latents of made.flat()) images.push(await parts.decoder.decode(latents));
  const timesteps = prepared.planned.plan.timesteps.slice(prepared.source?.begin ?? 0);
  const latents = stack(timesteps.map((_, step) => stack(pictures.map((steps) => steps[step] ?? []))));
  const [, ...latentShape] = prepared.shape;
  return {
    arrays: {
      timesteps: { shape: [timesteps.length], data: timesteps },
      latents: { shape: [timesteps.length, seeds.length, ...latentShape], data: latents },
      image: channelsLast(images),
    },
  };
}

/** The source as the first picture's generator draws it. */
async function encodedBy(parts: LatentParts, prepared: PreparedLatents, seed: number): Promise<EncodedSource | null> {
  const generator = createGenerator("torch-cpu", String(seed));
  return (await startLatents(parts, prepared, { generator })).encoded;
}
