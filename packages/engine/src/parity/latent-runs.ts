import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { z } from "zod";
import {
  prepareLatents,
  sampleLatents,
  type LatentSettings,
  type PreparedLatents,
} from "../families/latent-diffusion.ts";
import type { LatentParts } from "../families/model-parts.ts";
import type { LoadedModel } from "../load-model.ts";
import type { EncodedSource } from "../source/start-from-source.ts";
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
  const pictures: SeedRun[] = [];
  for (const seed of seeds) {
    const shared = sharesSource ? pictures[0]?.encoded : null;
    pictures.push(await runSeed(parts, prepared, { seed, encoded: shared ?? undefined }));
  }
  const timesteps = prepared.planned.plan.timesteps.slice(prepared.source?.begin ?? 0);
  const latents = stack(timesteps.map((_, step) => stack(pictures.map(({ steps }) => steps[step] ?? []))));
  const [, ...latentShape] = prepared.shape;
  return {
    arrays: {
      timesteps: { shape: [timesteps.length], data: timesteps },
      latents: { shape: [timesteps.length, seeds.length, ...latentShape], data: latents },
      image: channelsLast(pictures.map(({ picture }) => picture)),
    },
  };
}

interface SeedRun {
  /** Latents after every model call. */
  readonly steps: readonly Float32Array[];
  readonly picture: NdArray;
  readonly encoded: EncodedSource | null;
}

interface SeedInput {
  readonly seed: number;
  readonly encoded: EncodedSource | undefined;
}

async function runSeed(parts: LatentParts, prepared: PreparedLatents, { seed, encoded }: SeedInput): Promise<SeedRun> {
  const steps: Float32Array[] = [];
  const sampled = await sampleLatents(parts, prepared, {
    seed: String(seed),
    encoded,
    onStep: ({ sample }) => void steps.push(sample),
  });
  return { steps, picture: await parts.decoder.decode(sampled.latents), encoded: sampled.encoded };
}
