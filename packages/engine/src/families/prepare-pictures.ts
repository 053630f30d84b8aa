import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { encodeWith } from "../encode-prompt.ts";
import { sourceTensor } from "../source/source-tensor.ts";
import type { Source } from "../source/source.ts";
import type { Course } from "../step-machine/stage.ts";
import { latentCourse, prepareLatents } from "./latent-diffusion.ts";
import type { Conditions, LatentParts, ModelParts, PixelParts, UnclipParts } from "./model-parts.ts";
import { pixelStage, preparePixels, type Enlargement } from "./pixel-stage.ts";
import { prepareUnclip, unclipCourse } from "./unclip.ts";
import { unitPicture } from "./unit-picture.ts";

/** What all pictures of a recipe share, whatever the family. */
export interface PreparedPictures {
  readonly course: Course;
  /** What the course's stages made as a picture f32 [3, height, width] in [0, 1]. */
  decode(made: readonly NdArray[]): Promise<NdArray>;
}

/** Plans a recipe and encodes its words. Throws INVALID_INPUT or UNSUPPORTED with the numbers. */
export function preparePictures(parts: ModelParts, recipe: Recipe, source: Source | null): Promise<PreparedPictures> {
  switch (parts.family) {
    case "latent-diffusion":
      return latentPictures(parts, recipe, source);
    case "pixel-cascade":
      return pixelPictures(parts, recipe, source);
    case "unclip":
      return unclipPictures(parts, recipe, source);
  }
}

async function latentPictures(parts: LatentParts, recipe: Recipe, source: Source | null): Promise<PreparedPictures> {
  const prepared = await prepareLatents(parts, { ...recipe, source });
  return { course: latentCourse(parts, prepared), decode: async (made) => parts.decoder.decode(lastOf(made)) };
}

function lastOf(made: readonly NdArray[]): NdArray {
  const last = made.at(-1);
  if (last !== undefined) return last;
  throw new RangeError("picture: no stage has made anything");
}

/** Noise put on a picture to enlarge is a share of the trained timesteps; the original's 250 of 1,000 is 0.25. */
const TRAINED_TIMESTEPS = 1_000;

async function pixelPictures(parts: PixelParts, recipe: Recipe, source: Source | null): Promise<PreparedPictures> {
  const prepared = preparePixels(parts, {
    ...recipe,
    conditions: await encodeWords(parts, recipe),
    enlargement: source === null ? null : enlargementOf(source),
  });
  return {
    course: { given: [], stages: [pixelStage(parts, prepared, null)] },
    decode: async (made) => unitPicture(lastOf(made)),
  };
}

function enlargementOf({ image, mask, strength }: Source): Enlargement {
  if (mask !== undefined) throw new MezzotintError("UNSUPPORTED", "mask: a stage that enlarges draws everything anew");
  const noiseLevel = Math.min(TRAINED_TIMESTEPS - 1, Math.round(strength * TRAINED_TIMESTEPS));
  return { picture: sourceTensor(image, image), noiseLevel };
}

async function encodeWords({ text, folder }: PixelParts, recipe: Recipe): Promise<Conditions> {
  if (text === null) {
    const message = `model ${folder.name}: it has no tokenizer with a text encoder, so words mean nothing to it`;
    throw new MezzotintError("UNSUPPORTED", message);
  }
  // Captions were lower case in training.
  const encode = async (words: string) => ({
    encoder_hidden_states: (await encodeWith(text, words.toLowerCase().trim())).encoding.hidden,
  });
  return {
    conditional: await encode(recipe.prompt),
    unconditional: recipe.guidanceScale > 1 ? await encode(recipe.negativePrompt ?? "") : null,
  };
}

/** Guidance of the prior and steps of the super-resolution as their makers set them; a recipe decides the rest. */
const PRIOR_GUIDANCE_SCALE = 4;
const ENLARGER_STEPS = 7;

async function unclipPictures(parts: UnclipParts, recipe: Recipe, source: Source | null): Promise<PreparedPictures> {
  const { enlargedSize, name } = parts.folder;
  if (source !== null) throw new MezzotintError("UNSUPPORTED", `model ${name}: it cannot start from a picture`);
  if (recipe.width !== enlargedSize || recipe.height !== enlargedSize) {
    const message = `model ${name}: expected ${enlargedSize} × ${enlargedSize} pixels, got ${recipe.width} × ${recipe.height}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const prepared = await prepareUnclip(parts, {
    prompt: recipe.prompt,
    negativePrompt: recipe.negativePrompt ?? "",
    priorSteps: recipe.steps,
    decoderSteps: recipe.steps,
    enlargerSteps: Math.min(recipe.steps, ENLARGER_STEPS),
    priorGuidanceScale: PRIOR_GUIDANCE_SCALE,
    guidanceScale: recipe.guidanceScale,
  });
  return { course: unclipCourse(parts, prepared), decode: async (made) => unitPicture(lastOf(made)) };
}
