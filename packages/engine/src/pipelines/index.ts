import { MezzotintError } from "@mezzotint/contracts/errors";
import { mezzotint } from "./mezzotint.ts";
import type { Pipeline } from "./pipeline.ts";
import { stableDiffusion } from "./stable-diffusion.ts";
import { stableDiffusionXl } from "./stable-diffusion-xl.ts";

/** By the class name in model_index.json, without the prefix that exporters put before it. */
const PIPELINES: Readonly<Record<string, Pipeline>> = {
  StableDiffusionPipeline: stableDiffusion,
  LatentConsistencyModelPipeline: stableDiffusion,
  StableDiffusionXLPipeline: stableDiffusionXl,
  MezzotintPipeline: mezzotint,
};

/** The pipeline of a class name such as "ORTStableDiffusionPipeline". Throws UNSUPPORTED with the known names. */
export function pipelineByClassName(className: string): Pipeline {
  const pipeline = PIPELINES[className.replace(/^(?:ORT|Onnx)/, "")];
  if (pipeline !== undefined) return pipeline;
  const known = Object.keys(PIPELINES).join(", ");
  throw new MezzotintError("UNSUPPORTED", `pipeline ${className} is not supported; supported are ${known}`);
}
