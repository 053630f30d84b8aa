import { z } from "zod";
import { SCHEDULER_IDS } from "./catalogue.ts";
import { MezzotintError, type PlainError } from "./errors.ts";
import type { ModelInfo } from "./model.ts";
import { CLIP_SKIP_MAX, PROMPT_LENGTH_MAX, Seed, Sha256, SIZE_MAX, STAGES_MAX, STEPS_MAX, Recipe } from "./recipe.ts";
import type { SourceView } from "./source.ts";

export const COUNT_MAX = 16;

/** 1 is the second stage. */
const LaterStage = z
  .int()
  .min(1)
  .max(STAGES_MAX - 1);

/** What a person fills in. The same schema checks the form in the browser and the request at the server. */
export const GenerationRequest = z.strictObject({
  model: z.string().min(1, "Choose a model.").max(100),
  prompt: z
    .string()
    .trim()
    .min(1, "Write a prompt: what should the picture show?")
    .max(PROMPT_LENGTH_MAX, `A prompt has at most ${PROMPT_LENGTH_MAX} characters.`),
  negativePrompt: z
    .string()
    .trim()
    .max(PROMPT_LENGTH_MAX, `A negative prompt has at most ${PROMPT_LENGTH_MAX} characters.`)
    .default(""),
  count: z
    .int("Pictures come in whole numbers.")
    .min(1, "At least 1 picture.")
    .max(COUNT_MAX, `At most ${COUNT_MAX} pictures at once.`)
    .default(1),
  /** Null asks the server to draw one. */
  seed: Seed.nullable().default(null),
  steps: z.int("Steps come in whole numbers.").min(1, "At least 1 step.").max(STEPS_MAX, `At most ${STEPS_MAX} steps.`),
  guidanceScale: z.number("Guidance is a number.").min(0, "Guidance is at least 0.").max(30, "Guidance is at most 30."),
  scheduler: z.enum(SCHEDULER_IDS, "This sampler is not known."),
  width: z.int("Width is a whole number of pixels.").min(8).max(SIZE_MAX, `Width is at most ${SIZE_MAX} pixels.`),
  height: z.int("Height is a whole number of pixels.").min(8).max(SIZE_MAX, `Height is at most ${SIZE_MAX} pixels.`),
  visibility: z.enum(["team", "public"]).default("team"),
  /** Ids of files of the team: the picture to start from, and the mask that says where it is drawn anew. */
  source: z.string().max(64).nullable().default(null),
  mask: z.string().max(64).nullable().default(null),
  /** How much of the source may change; goes with a source. */
  strength: z
    .number("Strength is a number.")
    .min(0, "Strength is at least 0.")
    .max(1, "Strength is at most 1.")
    .nullable()
    .default(null),
  /** How much of the contrast that guidance adds is taken back; 0 leaves it. */
  guidanceRescale: z
    .number("Guidance rescale is a number.")
    .min(0, "Guidance rescale is at least 0.")
    .max(1, "Guidance rescale is at most 1.")
    .default(0),
  /** Layers of the text encoder left out at its end. */
  clipSkip: z
    .int("Clip skip is a whole number.")
    .min(0, "Clip skip is at least 0.")
    .max(CLIP_SKIP_MAX, `Clip skip is at most ${CLIP_SKIP_MAX}.`)
    .default(0),
  /** Whether brackets in prompts are weights rather than characters. */
  promptWeighting: z.boolean().default(false),
  /** From and up to which share of the steps guidance works; null for all of them. */
  guidanceInterval: Recipe.shape.guidanceInterval.unwrap().nullable().default(null),
  /** Settings of the later stages of a cascade; null for what the model usually gets. */
  stages: Recipe.shape.stages.unwrap().nullable().default(null),
  /** Adaptive projected guidance, and skipped network calls; null for neither. */
  apg: Recipe.shape.apg.unwrap().nullable().default(null),
  stepCache: Recipe.shape.stepCache.unwrap().nullable().default(null),
  /** Runs a cascade from this stage on, on what the stage before made for an image, or kept under a hash. */
  stageInput: z
    .union([
      z.strictObject({ imageId: z.string().max(64), stage: LaterStage }),
      z.strictObject({ picture: Sha256, stage: LaterStage }),
    ])
    .nullable()
    .default(null),
  /** Draws what unCLIP saw in an image, or kept under a hash, without asking its prior again. */
  imageEmbedding: z
    .union([z.strictObject({ imageId: z.string().max(64) }), z.strictObject({ hash: Sha256 })])
    .nullable()
    .default(null),
});
export type GenerationRequest = z.infer<typeof GenerationRequest>;
export type GenerationRequestInput = z.input<typeof GenerationRequest>;

/** queued -> running -> succeeded | failed | cancelled; running -> queued when a worker died and another will try. */
export const GENERATION_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type GenerationStatus = (typeof GENERATION_STATUSES)[number];

export const VISIBILITIES = ["team", "public"] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** A picture as lists show it. Dates are ISO 8601 in UTC. */
export interface ImageView {
  readonly id: string;
  readonly generationId: string;
  readonly index: number;
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
  readonly prompt: string;
  readonly modelName: string;
  readonly modelTitle: string;
  readonly authorName: string;
  readonly visibility: Visibility;
  readonly createdAt: string;
  /** Address of the PNG, recipe embedded. */
  readonly url: string;
  /** Whether the reader may change or remove it. */
  readonly mine: boolean;
}

/** What a recipe starts from, for readers it belongs to; null for everybody else, and where it starts from words alone. */
export interface StartView {
  readonly source: SourceView | null;
  readonly mask: SourceView | null;
}

/** What one stage of a cascade made on the way to a picture. */
export interface ImageStageView {
  readonly index: number;
  readonly name: string;
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly elapsedMs: number | null;
  readonly url: string;
}

export interface ImageDetailView extends ImageView, StartView {
  readonly recipe: Recipe;
  readonly recipeId: string;
  readonly attempt: { readonly provider: string; readonly runtime: string; readonly elapsedMs: number } | null;
  readonly siblings: readonly ImageView[];
  /** In their order; empty for a picture that was drawn in one go. */
  readonly stages: readonly ImageStageView[];
  /** Whether the embedding that unCLIP drew it from is kept, so that it can be drawn anew. */
  readonly hasEmbedding: boolean;
}

/** Where a waiting generation stands in the queue, why, and until when. */
export interface WaitingView {
  /** How many jobs go first; of these the person's own; and how many other teams' jobs are among them. */
  readonly ahead: number;
  readonly ownAhead: number;
  readonly teamsAhead: number;
  /** How many jobs of the person are running. */
  readonly ownRunning: number;
  /** How many jobs of its model can run at once on the workers that live. */
  readonly slots: number;
  /** Until its pictures are there: the median and the ninth decile by recent step times; null before any is known. */
  readonly seconds: { readonly likely: number; readonly atMost: number } | null;
}

export interface GenerationView extends StartView {
  readonly id: string;
  readonly status: GenerationStatus;
  readonly recipe: Recipe;
  readonly count: number;
  readonly visibility: Visibility;
  readonly error: PlainError | null;
  readonly attempts: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Steps done of all steps over all pictures; null until it runs. */
  readonly progress: { readonly step: number; readonly steps: number } | null;
  /** Null when it does not wait, or waits for its next try. */
  readonly waiting: WaitingView | null;
  readonly images: readonly ImageView[];
}

/** The first reason this request cannot run on that model, in words with the numbers, or null. */
export function modelObjection(request: GenerationRequest, model: ModelInfo): string | null {
  if (!model.schedulers.some((scheduler) => scheduler._class_name === request.scheduler)) {
    return `${model.title} cannot use the sampler ${request.scheduler}.`;
  }
  const later = (model.stages?.length ?? 1) - 1;
  const { stages, stageInput } = request;
  if (stages !== null && stages.length !== later) {
    return `${model.title} has ${later} later stages; there are settings for ${stages.length}.`;
  }
  if (stageInput !== null && stageInput.stage > later) {
    return `${model.title} has ${later} later stages; ${stageInput.stage} is asked for.`;
  }
  if (request.imageEmbedding !== null && model.family !== "unclip") {
    return `${model.title} cannot draw what another model kept of a picture.`;
  }
  if (request.imageEmbedding !== null && request.source !== null) {
    return `${model.title} draws either what was kept of a picture or what it sees in a source, not both.`;
  }
  for (const side of ["width", "height"] as const) {
    const pixels = request[side];
    if (model.fixedSize && pixels !== model.defaults[side]) {
      return `${model.title} draws ${model.defaults.width} × ${model.defaults.height} pixels only; ${side} is ${pixels}.`;
    }
    if (pixels % model.sizeMultiple !== 0) {
      return `${model.title} needs a ${side} that is a multiple of ${model.sizeMultiple}; ${pixels} is not.`;
    }
  }
  return null;
}

/** The recipe of a request's first picture. Throws INVALID_INPUT for a sampler the model cannot use. */
export function recipeOfRequest(request: GenerationRequest, model: ModelInfo, seed: string): Recipe {
  const scheduler = model.schedulers.find(({ _class_name }) => _class_name === request.scheduler);
  if (scheduler === undefined) {
    throw new MezzotintError("INVALID_INPUT", `${model.title} cannot use the sampler ${request.scheduler}.`);
  }
  const { prompt, negativePrompt, steps, guidanceScale, guidanceRescale, width, height } = request;
  return {
    version: 1,
    model: { name: model.name, hash: model.hash },
    prompt,
    negativePrompt: negativePrompt === "" ? null : negativePrompt,
    scheduler,
    steps,
    guidanceScale,
    guidanceRescale,
    eta: 0,
    width,
    height,
    // "007" is 7: one picture must not have two recipes.
    seed: BigInt(seed).toString(),
    generator: "torch-cpu",
    // Absent where unused, so that a recipe that never asked for them is the recipe it always was.
    ...(request.clipSkip === 0 ? {} : { clipSkip: request.clipSkip }),
    ...(request.promptWeighting ? { promptWeighting: true } : {}),
    ...(request.guidanceInterval === null ? {} : { guidanceInterval: request.guidanceInterval }),
    ...(request.apg === null ? {} : { apg: request.apg }),
    ...(request.stepCache === null ? {} : { stepCache: request.stepCache }),
    ...stagesOf(request, model),
  };
}

/** The fields of a request that say how its pictures are drawn; the others say which, for whom and from what. */
type DrawingFields = Omit<
  GenerationRequest,
  "count" | "seed" | "visibility" | "source" | "mask" | "strength" | "stageInput" | "imageEmbedding"
>;

/** How a recipe's pictures are drawn, as a request for more of them asks for it: the way back of `recipeOfRequest`. */
export function requestOfRecipe(recipe: Recipe): DrawingFields {
  return {
    model: recipe.model.name,
    prompt: recipe.prompt,
    negativePrompt: recipe.negativePrompt ?? "",
    steps: recipe.steps,
    guidanceScale: recipe.guidanceScale,
    guidanceRescale: recipe.guidanceRescale,
    guidanceInterval: recipe.guidanceInterval ?? null,
    clipSkip: recipe.clipSkip ?? 0,
    promptWeighting: recipe.promptWeighting ?? false,
    apg: recipe.apg ?? null,
    stepCache: recipe.stepCache ?? null,
    scheduler: recipe.scheduler._class_name,
    width: recipe.width,
    height: recipe.height,
    stages: recipe.stages ?? null,
  };
}

/** Said in full, so that the picture stays the same when a model's usual settings change. */
function stagesOf({ stages }: GenerationRequest, model: ModelInfo): Pick<Recipe, "stages"> {
  if (model.stages === undefined) return {};
  const usual = model.stages
    .slice(1)
    .map(({ steps, guidanceScale, noiseLevel }) => ({ steps, guidanceScale, noiseLevel }));
  return { stages: stages ?? usual };
}
