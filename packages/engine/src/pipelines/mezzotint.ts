import { stableDiffusion } from "./stable-diffusion.ts";
import type { LatentPipeline } from "./pipeline.ts";

/**
 * The packs that ship: a flow-matching transformer over latents of one size, steered by one text encoder.
 * Lipman et al. 2022 (arXiv 2210.02747); Esser et al. 2024 (arXiv 2403.03206).
 */
export const mezzotint: LatentPipeline = {
  ...stableDiffusion,
  trajectory: "flow",
  fixedSize: true,
  defaults: { steps: 20, guidanceScale: 3, size: 64, scalingFactor: 1 },
};
