import type { PixelPipeline } from "./pipeline.ts";

/**
 * The first stage of an Imagen-like cascade: a small picture from the words of a T5 encoder, in pixels.
 * Saharia et al. 2022 (arXiv 2205.11487), section 2.
 */
export const deepFloydIf: PixelPipeline = {
  family: "pixel-cascade",
  trajectory: "diffusion",
  fixedSize: false,
  enlarges: false,
  noiseLevel: 0,
  defaults: { steps: 100, guidanceScale: 7, size: 64 },
};

/** A later stage: a larger picture from a smaller one and its words, told how much noise was put on the smaller one. */
export const deepFloydSuperResolution: PixelPipeline = {
  ...deepFloydIf,
  enlarges: true,
  noiseLevel: 250,
  defaults: { steps: 50, guidanceScale: 4, size: 256 },
};
