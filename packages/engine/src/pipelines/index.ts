import { MezzotintError } from "@mezzotint/contracts/errors";
import { deepFloydIf, deepFloydSuperResolution } from "./deepfloyd-if.ts";
import { mezzotint } from "./mezzotint.ts";
import { mezzotintCascade } from "./mezzotint-cascade.ts";
import type { Pipeline } from "./pipeline.ts";
import { flux } from "./flux.ts";
import { stableDiffusion3 } from "./stable-diffusion-3.ts";
import { stableDiffusion } from "./stable-diffusion.ts";
import { stableDiffusionXl } from "./stable-diffusion-xl.ts";
import { unclip } from "./unclip.ts";

/** By the class name in model_index.json, without the prefix that exporters put before it. */
const PIPELINES: Readonly<Record<string, Pipeline>> = {
  StableDiffusionPipeline: stableDiffusion,
  LatentConsistencyModelPipeline: stableDiffusion,
  StableDiffusionImg2ImgPipeline: stableDiffusion,
  StableDiffusionInpaintPipeline: stableDiffusion,
  StableDiffusionXLPipeline: stableDiffusionXl,
  StableDiffusionXLImg2ImgPipeline: stableDiffusionXl,
  StableDiffusionXLInpaintPipeline: stableDiffusionXl,
  StableDiffusion3Pipeline: stableDiffusion3,
  StableDiffusion3Img2ImgPipeline: stableDiffusion3,
  StableDiffusion3InpaintPipeline: stableDiffusion3,
  FluxPipeline: flux,
  FluxImg2ImgPipeline: flux,
  FluxInpaintPipeline: flux,
  MezzotintPipeline: mezzotint,
  MezzotintCascadePipeline: mezzotintCascade,
  IFPipeline: deepFloydIf,
  IFSuperResolutionPipeline: deepFloydSuperResolution,
  UnCLIPPipeline: unclip,
};

/** The pipeline of a class name such as "ORTStableDiffusionPipeline". Throws UNSUPPORTED with the known names. */
export function pipelineByClassName(className: string): Pipeline {
  const pipeline = PIPELINES[className.replace(/^(?:ORT|Onnx)/, "")];
  if (pipeline !== undefined) return pipeline;
  const known = Object.keys(PIPELINES).join(", ");
  throw new MezzotintError("UNSUPPORTED", `pipeline ${className} is not supported; supported are ${known}`);
}
