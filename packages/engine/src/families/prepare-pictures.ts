import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { sourceTensor } from "../source/source-tensor.ts";
import type { Source, SourceImage } from "../source/source.ts";
import type { Course } from "../step-machine/stage.ts";
import { latentCourse, prepareLatents } from "./latent-diffusion.ts";
import { cascadePictures, type MadeStages, type StagePicture } from "./cascade-pictures.ts";
import { encodeWords } from "./encode-words.ts";
import { refuseAdditions } from "./refuse-additions.ts";
import type { CascadeParts, LatentParts, ModelParts, PixelParts, UnclipParts } from "./model-parts.ts";
import { pixelStage, preparePixels, type Enlargement } from "./pixel-stage.ts";
import { prepareUnclip, unclipCourse, unclipPicture } from "./unclip.ts";
import { unitPicture } from "./unit-picture.ts";

/** Pictures and arrays that a recipe names by their hashes. */
export interface GivenPictures {
  readonly source: Source | null;
  /** A kept picture at which a later stage begins. */
  readonly stageInput?: SourceImage | null;
  /** A kept embedding, f32 [1, width], to decode anew. */
  readonly imageEmbedding?: NdArray | null;
}

/** What all pictures of a recipe share, whatever the family. */
export interface PreparedPictures {
  /** The course of the picture with the recipe's seed, and of all others where stages have no generators of their own. */
  readonly course: Course;
  /** The course of the picture with another seed, where stages have generators of their own. */
  readonly courseOf?: (seed: string) => Course;
  /** What the stages of a cascade made, in order, the last picture included; absent where the model is none. */
  readonly stagesOf?: (made: MadeStages) => StagePicture[];
  /** CLIP's embedding of the picture, f32 [1, width]; absent where there is none. */
  readonly embeddingOf?: (made: readonly NdArray[]) => NdArray;
  /** What the course's stages made as a picture f32 [3, height, width] in [0, 1]. */
  decode(made: readonly NdArray[]): Promise<NdArray>;
}

/** Plans a recipe and encodes its words. Throws INVALID_INPUT or UNSUPPORTED with the numbers. */
export function preparePictures(parts: ModelParts, recipe: Recipe, given: GivenPictures): Promise<PreparedPictures> {
  switch (parts.family) {
    case "latent-diffusion":
      refuseAdditions(recipe, LATENT_ADDITIONS);
      return latentPictures(parts, recipe, given.source);
    case "pixel-cascade":
      refuseAdditions(recipe, []);
      return pixelPictures(parts, recipe, given.source);
    case "cascade":
      refuseAdditions(recipe, ["stages", "stageInput"]);
      return wholeCascade(parts, recipe, given);
    case "unclip":
      refuseAdditions(recipe, ["imageEmbedding"]);
      return unclipPictures(parts, recipe, given);
  }
}

const LATENT_ADDITIONS = ["clipSkip", "promptWeighting", "guidanceInterval", "apg", "stepCache"] as const;

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
    conditions: await encodeWords(parts, recipe, recipe.guidanceScale > 1),
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

async function wholeCascade(parts: CascadeParts, recipe: Recipe, given: GivenPictures): Promise<PreparedPictures> {
  if (given.source !== null) {
    const message = `model ${parts.folder.name}: a cascade draws from words; begin at a later stage with stageInput`;
    throw new MezzotintError("UNSUPPORTED", message);
  }
  const { courseOf, stagesOf } = await cascadePictures(parts, recipe, given.stageInput ?? null);
  return {
    course: courseOf(recipe.seed),
    courseOf,
    stagesOf,
    decode: async (made) => unitPicture(lastOf(made)),
  };
}

/** Guidance of the prior and steps of the super-resolution as their makers set them; a recipe decides the rest. */
const PRIOR_GUIDANCE_SCALE = 4;
const ENLARGER_STEPS = 7;

async function unclipPictures(parts: UnclipParts, recipe: Recipe, given: GivenPictures): Promise<PreparedPictures> {
  const { enlargedSize, name } = parts.folder;
  const embedding = given.source === null ? (given.imageEmbedding ?? null) : await embeddingOf(parts, given.source);
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
  const course = unclipCourse(parts, prepared, embedding ?? undefined);
  return {
    course,
    decode: async (made) => unitPicture(lastOf(made)),
    embeddingOf: (made) => unclipPicture(course, made).imageEmbedding,
  };
}

/** CLIP's embedding of a picture, in the place of one that the prior would draw from words. */
async function embeddingOf({ folder, imageEncoder }: UnclipParts, { image, mask }: Source): Promise<NdArray> {
  if (imageEncoder === null) {
    const message = `model ${folder.name}: it has no image_encoder, so it cannot start from a picture`;
    throw new MezzotintError("UNSUPPORTED", message);
  }
  if (mask !== undefined) throw new MezzotintError("UNSUPPORTED", "mask: a variation draws everything anew");
  return (await imageEncoder()).embed(image);
}
