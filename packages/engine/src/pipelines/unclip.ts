import type { UnclipPipeline } from "./pipeline.ts";

/** DALL-E 2 and its open relatives. Ramesh et al. 2022 (arXiv 2204.06125). */
export const unclip: UnclipPipeline = {
  family: "unclip",
  trajectory: "diffusion",
  fixedSize: true,
  defaults: { steps: 25, guidanceScale: 8, size: 256 },
};
