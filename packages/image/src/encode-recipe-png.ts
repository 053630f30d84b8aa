import type { SchedulerId } from "@mezzotint/contracts/catalogue";
import type { Json } from "@mezzotint/contracts/json";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { formatA1111Parameters } from "@mezzotint/contracts/a1111-parameters";
import type { RgbImage } from "./decode-image.ts";
import { encodePng } from "./encode-png.ts";

/** What other programs call the samplers they have too; the rest keep their class names. */
const SAMPLER_NAMES: Readonly<Partial<Record<SchedulerId, string>>> = {
  DDIMScheduler: "DDIM",
  EulerDiscreteScheduler: "Euler",
  EulerAncestralDiscreteScheduler: "Euler a",
  HeunDiscreteScheduler: "Heun",
  KDPM2DiscreteScheduler: "DPM2",
  KDPM2AncestralDiscreteScheduler: "DPM2 a",
  LMSDiscreteScheduler: "LMS",
  DPMSolverMultistepScheduler: "DPM++ 2M",
  UniPCMultistepScheduler: "UniPC",
  LCMScheduler: "LCM",
  FlowMatchEulerDiscreteScheduler: "Euler",
};

const SHORT_HASH_LENGTH = 10;

/**
 * Encodes u8 RGB [height, width, 3] as the PNG of a recipe, which it carries as canonical JSON and in the A1111 form;
 * equal input gives equal bytes. Throws INVALID_INPUT when the data does not fit the size.
 */
export function encodeRecipePng(image: RgbImage, recipe: Recipe): Promise<Uint8Array> {
  const { prompt, steps, guidanceScale, seed, width, height, model, scheduler } = recipe;
  const sampler = SAMPLER_NAMES[scheduler._class_name] ?? scheduler._class_name;
  const parameters = formatA1111Parameters({
    prompt,
    negativePrompt: recipe.negativePrompt ?? "",
    steps,
    sampler: scheduler["use_karras_sigmas"] === true ? `${sampler} Karras` : sampler,
    guidanceScale,
    seed,
    width,
    height,
    modelName: model.name,
    modelHash: model.hash.slice(0, SHORT_HASH_LENGTH),
  });
  return encodePng(image, { recipe: recipe as Json, parameters });
}
