import { deepFloydIf } from "./deepfloyd-if.ts";
import type { CascadePipeline } from "./pipeline.ts";

/** A whole Imagen-like cascade in one folder, each stage a folder of its own. Ho et al. 2021 (arXiv 2106.15282). */
export const mezzotintCascade: CascadePipeline = {
  family: "cascade",
  trajectory: "diffusion",
  fixedSize: false,
  defaults: deepFloydIf.defaults,
};
