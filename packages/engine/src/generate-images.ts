import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { Recipe, recipeOfImage } from "@mezzotint/contracts/recipe";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";
import { preparePictures, type PreparedPictures } from "./families/prepare-pictures.ts";
import type { LoadedModel } from "./load-model.ts";
import { createGenerator } from "./random-generators.ts";
import type { Source, SourceImage, SourceMask } from "./source/source.ts";
import { drawPictures } from "./step-machine/draw-pictures.ts";

export interface StepEvent {
  /** Which picture of the request, from 0. */
  readonly image: number;
  /** Model calls done for this picture. */
  readonly step: number;
  /** Model calls this picture takes. */
  readonly steps: number;
  /** f32 of `latentShape`. */
  readonly latents: Float32Array;
  /** [1, channels, height, width]; [1, width] while the prior of unCLIP draws an embedding. */
  readonly latentShape: readonly number[];
}

export interface GenerateOptions {
  readonly recipe: Recipe;
  /** How many pictures; picture i has the recipe's seed plus i. */
  readonly count: number;
  /** The picture whose hash the recipe names as its source. */
  readonly source?: SourceImage | undefined;
  /** The mask whose hash the recipe names. */
  readonly mask?: SourceMask | undefined;
  /** 0 to 1: share of the steps done on the source; the recipe's when absent. */
  readonly strength?: number | undefined;
  /** How many pictures are in the making at once, sharing model calls where that changes no bit; 1 when absent. */
  readonly together?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((event: StepEvent) => void | Promise<void>) | undefined;
}

export interface GeneratedImage {
  readonly recipe: Recipe;
  readonly width: number;
  readonly height: number;
  /** u8 RGB [height, width, 3]. */
  readonly pixels: Uint8Array;
}

export interface GenerationTimings {
  readonly encodeMs: number;
  /** One entry per model call, over all pictures. */
  readonly stepMs: number[];
  readonly decodeMs: number;
  readonly totalMs: number;
}

export interface GenerationResult {
  readonly images: GeneratedImage[];
  readonly timings: GenerationTimings;
}

/**
 * Makes the pictures of a recipe, none of which depends on `count` or on what is in the making with it.
 * Throws INVALID_INPUT or UNSUPPORTED for a recipe the model cannot make, CANCELLED within one step of the signal.
 */
export async function generateImages(model: LoadedModel, options: GenerateOptions): Promise<GenerationResult> {
  const { count, signal, onStep } = options;
  const recipe = checkedRecipe(withStrength(options), model.info);
  if (!Number.isInteger(count) || count < 1) {
    throw new MezzotintError("INVALID_INPUT", `count: expected a whole number of at least 1, got ${count}`);
  }
  const startedMs = performance.now();
  const prepared = await preparePictures(model.parts, recipe, sourceOf(recipe, options));
  const encodeMs = performance.now() - startedMs;
  const recipes = Array.from({ length: count }, (_, image) => recipeOfImage(recipe, image));
  const stepMs: number[] = [];
  let lastMs = performance.now();
  const made = await drawPictures(
    recipes.map(({ generator, seed }) => ({ course: prepared.course, generator: createGenerator(generator, seed) })),
    {
      signal,
      company: model.company,
      together: options.together,
      onCall: async ({ picture, done, calls, sample, shape }) => {
        stepMs.push(performance.now() - lastMs);
        await onStep?.({ image: picture, step: done, steps: calls, latents: sample, latentShape: shape });
        lastMs = performance.now();
      },
    },
  );
  const decodeStartedMs = performance.now();
  const images: GeneratedImage[] = [];
  for (const [image, own] of recipes.entries()) {
    images.push(await finishPicture(prepared, made[image] ?? [], own));
  }
  const endedMs = performance.now();
  return {
    images,
    timings: { encodeMs, stepMs, decodeMs: endedMs - decodeStartedMs, totalMs: endedMs - startedMs },
  };
}

/** Where neither options nor recipe say. */
const USUAL_STRENGTH = 0.8;

function withStrength({ recipe, source, strength }: GenerateOptions): Recipe {
  if (source === undefined) return recipe;
  return { ...recipe, strength: strength ?? recipe.strength ?? USUAL_STRENGTH };
}

/** Throws INVALID_INPUT unless the recipe names exactly the pictures that were given. */
function sourceOf(recipe: Recipe, { source: image, mask }: GenerateOptions): Source | null {
  for (const [name, given] of [
    ["source", image],
    ["mask", mask],
  ] as const) {
    const hash = recipe[name];
    if ((hash === undefined) === (given === undefined)) continue;
    const found = given === undefined ? "none was given" : `${given.width} × ${given.height} pixels were given`;
    throw new MezzotintError("INVALID_INPUT", `${name}: the recipe names ${hash ?? "none"}, ${found}`);
  }
  if (image === undefined && mask === undefined) return null;
  if (image === undefined) throw new MezzotintError("INVALID_INPUT", "mask: a mask needs a source to keep a part of");
  return { image, mask, strength: recipe.strength ?? USUAL_STRENGTH };
}

function checkedRecipe(input: Recipe, info: ModelInfo): Recipe {
  const parsed = Recipe.safeParse(input);
  if (!parsed.success) {
    throw new MezzotintError("INVALID_INPUT", `recipe: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
  }
  const recipe = parsed.data;
  if (recipe.model.hash !== info.hash) {
    const message = `model ${info.name}: the recipe was made with ${recipe.model.hash}, here is ${info.hash}`;
    throw new MezzotintError("MODEL_UNAVAILABLE", message);
  }
  for (const side of ["width", "height"] as const) {
    if (recipe[side] % info.sizeMultiple === 0) continue;
    const message = `${side}: ${info.name} needs a multiple of ${info.sizeMultiple} pixels, got ${recipe[side]}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  return recipe;
}

async function finishPicture(
  prepared: PreparedPictures,
  made: readonly NdArray[],
  recipe: Recipe,
): Promise<GeneratedImage> {
  const pixels = toPixels(await prepared.decode(made), recipe);
  return { recipe, width: recipe.width, height: recipe.height, pixels };
}

/** A picture f32 [3, height, width] in [0, 1] as u8 RGB [height, width, 3], rounded half to even. */
function toPixels({ shape, data }: NdArray, recipe: Recipe): Uint8Array {
  const area = recipe.width * recipe.height;
  if (data.length !== 3 * area) {
    const expected = `[3,${recipe.height},${recipe.width}]`;
    throw new MezzotintError("MODEL_CORRUPT", `decoder: expected a picture ${expected}, got [${shape.join(",")}]`);
  }
  const pixels = new Uint8Array(3 * area);
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < area; pixel++) {
      const value = data[channel * area + pixel] as number;
      if (Number.isNaN(value)) throw new MezzotintError("MODEL_CORRUPT", `decoder: pixel ${pixel} is not a number`);
      pixels[pixel * 3 + channel] = roundHalfEven(value * 255);
    }
  }
  return pixels;
}
