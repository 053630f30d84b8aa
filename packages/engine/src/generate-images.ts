import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { Recipe, recipeId, recipeOfImage } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { embeddingHash } from "./embedding-file.ts";
import { bytePicture } from "./families/byte-picture.ts";
import type { MadeStages, StagePicture } from "./families/cascade-pictures.ts";
import { preparePictures, type GivenPictures, type PreparedPictures } from "./families/prepare-pictures.ts";
import type { LoadedModel } from "./load-model.ts";
import { createGenerator } from "./random-generators.ts";
import type { Source, SourceImage, SourceMask } from "./source/source.ts";
import { readCallMemory } from "./step-machine/call-memory.ts";
import { drawPictures } from "./step-machine/draw-pictures.ts";
import { encodeState } from "./step-machine/encode-state.ts";
import type { PictureOrder } from "./step-machine/line.ts";
import { callsBehind } from "./step-machine/picture.ts";
import { resumeOrder } from "./step-machine/resume-order.ts";
import { createStageTimes } from "./step-machine/stage-times.ts";

export interface StepEvent {
  /** Which picture of the request, from 0. */
  readonly image: number;
  /** Model calls done for this picture. */
  readonly step: number;
  /** Model calls this picture takes. */
  readonly steps: number;
  /** Model calls behind over all pictures of the request, those before a resume included. */
  readonly stepsBehind: number;
  /** The picture as it stands now, as bytes for `states` of a later run. */
  readonly encodeState: () => Promise<Uint8Array>;
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
  /** The kept picture whose hash the recipe's stageInput names. */
  readonly stageInput?: SourceImage | undefined;
  /** The kept embedding whose hash the recipe names, f32[width]. */
  readonly imageEmbedding?: Float32Array | undefined;
  /** 0 to 1: share of the steps done on the source; the recipe's when absent. */
  readonly strength?: number | undefined;
  /** How many pictures are in the making at once, sharing model calls where that changes no bit; 1 when absent. */
  readonly together?: number | undefined;
  /** By picture, where an earlier run left it; the others begin anew. */
  readonly states?: ReadonlyMap<number, Uint8Array> | undefined;
  /** Told of a state that is damaged, of another version or of another recipe; its picture begins anew. */
  readonly onStateRefused?: ((image: number, error: MezzotintError) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((event: StepEvent) => void | Promise<void>) | undefined;
}

export interface GeneratedImage {
  readonly recipe: Recipe;
  readonly width: number;
  readonly height: number;
  /** u8 RGB [height, width, 3]. */
  readonly pixels: Uint8Array;
  /** What the stages of a cascade made, in order; the last one is the picture. Absent where the model is no cascade. */
  readonly stages?: readonly StagePicture[];
  /** CLIP's embedding the picture was decoded from, f32[width]: unCLIP's, to be decoded anew. */
  readonly imageEmbedding?: Float32Array;
  /** What the recipe's step cache did; absent without one. */
  readonly stepReuse?: StepReuse;
}

/** How much a step cache spared, and at what price. */
export interface StepReuse {
  /** Model calls whose answer was the one before again. */
  readonly calls: number;
  /** Largest estimated relative error of such an answer. */
  readonly errorMax: number;
}

export interface GenerationTimings {
  readonly encodeMs: number;
  /** One entry per model call, over all pictures. */
  readonly stepMs: number[];
  readonly decodeMs: number;
  readonly totalMs: number;
  /** Of these, what it had of the device: encoding, decoding, and its share of every model call it was in. */
  readonly deviceMs: number;
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
  const prepared = await preparePictures(model.parts, recipe, givenOf(recipe, options));
  const encodeMs = performance.now() - startedMs;
  const recipes = Array.from({ length: count }, (_, image) => recipeOfImage(recipe, image));
  const orders = await Promise.all(
    recipes.map(async (own, image): Promise<PictureOrder> => {
      const course = prepared.courseOf?.(own.seed) ?? prepared.course;
      const order = { course, from: createGenerator(own.generator, own.seed) };
      const bytes = options.states?.get(image);
      if (bytes === undefined) return order;
      const onRefused = (error: MezzotintError) => options.onStateRefused?.(image, error);
      return resumeOrder(order, { bytes, tag: await recipeId(own), onRefused });
    }),
  );
  const behind = orders.map(({ course, from }) => ("normal" in from ? 0 : callsBehind({ course, state: from })));
  const stageTimes = createStageTimes(orders.map(({ from }) => ("normal" in from ? null : from.made.length)));
  const stepMs: number[] = [];
  let deviceMs = 0;
  const reuses: StepReuse[] = [];
  let lastMs = performance.now();
  const made = await drawPictures(orders, {
    signal,
    line: model.line,
    together: options.together,
    onCall: async ({ done, calls, sample, shape, stage, state, deviceMs: callMs }, picture) => {
      deviceMs += callMs;
      stageTimes.note({ picture, stage, deviceMs: callMs });
      const { cache } = readCallMemory(state.memory);
      if (cache !== null) reuses[picture] = { calls: cache.reused, errorMax: cache.errorMax };
      stepMs.push(performance.now() - lastMs);
      behind[picture] = done;
      await onStep?.({
        image: picture,
        step: done,
        steps: calls,
        stepsBehind: behind.reduce((sum, count) => sum + count, 0),
        encodeState: async () => encodeState(state, await recipeId(recipeOfImage(recipe, picture))),
        latents: sample,
        latentShape: shape,
      });
      lastMs = performance.now();
    },
  });
  const decodeStartedMs = performance.now();
  const images: GeneratedImage[] = [];
  for (const [image, own] of recipes.entries()) {
    const stages = { made: made[image] ?? [], seed: own.seed, elapsedMs: stageTimes.of(image) };
    images.push(await finishPicture({ prepared, stages, recipe: own, reuse: reuses[image] }));
  }
  const endedMs = performance.now();
  const decodeMs = endedMs - decodeStartedMs;
  const timings = { encodeMs, stepMs, decodeMs, totalMs: endedMs - startedMs };
  return { images, timings: { ...timings, deviceMs: encodeMs + deviceMs + decodeMs } };
}

/** Where neither options nor recipe say. */
const USUAL_STRENGTH = 0.8;

function withStrength({ recipe, source, strength }: GenerateOptions): Recipe {
  if (source === undefined) return recipe;
  return { ...recipe, strength: strength ?? recipe.strength ?? USUAL_STRENGTH };
}

/** Everything the recipe names. Throws INVALID_INPUT unless exactly that was given. */
function givenOf(recipe: Recipe, options: GenerateOptions): GivenPictures {
  const { stageInput, imageEmbedding } = options;
  if ((recipe.stageInput === undefined) !== (stageInput === undefined)) {
    const named = recipe.stageInput?.picture ?? "none";
    const found = stageInput === undefined ? "none was given" : `${stageInput.width} × ${stageInput.height} were given`;
    throw new MezzotintError("INVALID_INPUT", `stageInput: the recipe names ${named}, ${found}`);
  }
  if (recipe.imageEmbedding !== undefined || imageEmbedding !== undefined) refuseOtherEmbedding(recipe, imageEmbedding);
  return {
    source: sourceOf(recipe, options),
    stageInput: stageInput ?? null,
    imageEmbedding: imageEmbedding === undefined ? null : { shape: [1, imageEmbedding.length], data: imageEmbedding },
  };
}

function refuseOtherEmbedding(recipe: Recipe, embedding: Float32Array | undefined): void {
  const found = embedding === undefined ? "none" : embeddingHash(embedding);
  if (found === recipe.imageEmbedding) return;
  const message = `imageEmbedding: the recipe names ${recipe.imageEmbedding ?? "none"}, got ${found}`;
  throw new MezzotintError("INVALID_INPUT", message);
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

interface FinishInput {
  readonly prepared: PreparedPictures;
  readonly stages: MadeStages;
  readonly recipe: Recipe;
  readonly reuse: StepReuse | undefined;
}

async function finishPicture({ prepared, stages, recipe, reuse }: FinishInput): Promise<GeneratedImage> {
  const { made } = stages;
  const { width, height, pixels } = bytePicture(await prepared.decode(made));
  if (width !== recipe.width || height !== recipe.height) {
    const expected = `${recipe.width} × ${recipe.height} pixels`;
    throw new MezzotintError("MODEL_CORRUPT", `decoder: expected ${expected}, got ${width} × ${height}`);
  }
  return {
    recipe,
    width,
    height,
    pixels,
    ...(prepared.stagesOf === undefined ? {} : { stages: prepared.stagesOf(stages) }),
    ...(prepared.embeddingOf === undefined ? {} : { imageEmbedding: prepared.embeddingOf(made).data }),
    ...(reuse === undefined ? {} : { stepReuse: reuse }),
  };
}
