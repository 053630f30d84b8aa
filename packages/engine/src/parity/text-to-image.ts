import { z } from "zod";
import { LatentCaseShape, latentParts, runLatents } from "./latent-runs.ts";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({ ...LatentCaseShape, width: z.int(), height: z.int() });

/** Fractional timesteps are single-precision numbers around 1,000, computed through logarithms. */
export const TIMESTEP_TOLERANCE = 0.01;

/** Whole text-to-image runs, one generator a seed: timesteps, latents after every model call, and pictures. */
export const textToImage: ParityKind = {
  tolerance: { timesteps: TIMESTEP_TOLERANCE },
  run: async ({ content, model }) => {
    const { pipeline, seeds, ...settings } = Content.parse(content);
    const parts = latentParts(await model(pipeline));
    return runLatents(parts, { settings: { ...settings, source: null }, seeds, sharesSource: false });
  },
};
