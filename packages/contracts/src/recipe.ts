import { z } from "zod";
import { GENERATOR_IDS, SCHEDULER_IDS } from "./catalogue.ts";
import { canonicalJson, sha256Hex, type Json } from "./json.ts";

export const PROMPT_LENGTH_MAX = 2_000;
export const STEPS_MAX = 1_000;
export const SIZE_MAX = 2_048;
export const CLIP_SKIP_MAX = 12;
/** Stages of a cascade, the first included. */
export const STAGES_MAX = 4;

/** A seed as a decimal string: 64 bits do not fit a JSON number. */
export const Seed = z
  .string()
  // Aborts, or the next line would be handed a text that BigInt throws at.
  .regex(/^\d{1,20}$/, { error: "A seed is a whole number from 0 to 18446744073709551615.", abort: true })
  .refine((text) => BigInt(text) <= 0xffff_ffff_ffff_ffffn, "A seed is at most 18446744073709551615.");

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "A hash is 64 hexadecimal digits.");

/** A diffusers scheduler configuration; `_class_name` names the algorithm, the rest are its settings. */
export const SchedulerConfiguration = z.object({ _class_name: z.enum(SCHEDULER_IDS) }).catchall(z.json());
export type SchedulerConfiguration = z.infer<typeof SchedulerConfiguration>;

const Share = z.number("A share is a number.").min(0, "A share is at least 0.").max(1, "A share is at most 1.");

/** A later stage of a cascade: how it enlarges what the stage before made. Its seed is the recipe's where it has none. */
export const StageSettings = z.strictObject({
  steps: z.int("Steps come in whole numbers.").min(1, "At least 1 step.").max(STEPS_MAX, `At most ${STEPS_MAX} steps.`),
  guidanceScale: z
    .number("Guidance is a number.")
    .min(0, "Guidance is at least 0.")
    .max(100, "Guidance is at most 100."),
  /** A training timestep: noise put on the smaller picture, so that the stage may invent detail. */
  noiseLevel: z
    .int("A noise level is a whole number.")
    .min(0, "A noise level is at least 0.")
    .max(999, "A noise level is at most 999."),
  seed: Seed.optional(),
});
export type StageSettings = z.infer<typeof StageSettings>;

/** How guidance, prompts and cascades may leave the usual way; each is absent where it does not. */
const ADDITIONS = {
  /** Layers of the text encoder left out at its end. */
  clipSkip: z
    .int("Clip skip is a whole number.")
    .min(1, "Clip skip is at least 1.")
    .max(CLIP_SKIP_MAX, `Clip skip is at most ${CLIP_SKIP_MAX}.`)
    .optional(),
  /** Reads `(word:1.2)`, `((word))` and `[word]` in prompts as weights rather than as characters. */
  promptWeighting: z.literal(true, "Prompt weighting is true or absent.").optional(),
  /** From and up to which share of the steps guidance works; outside it the network is asked once a step. */
  guidanceInterval: z
    .tuple([Share, Share], "A guidance interval is two shares of the steps, for instance [0.2, 0.8].")
    .refine(([from, to]) => from < to, "A guidance interval ends after it begins.")
    .optional(),
  /** Adaptive projected guidance: share of the parallel part kept, largest norm of the difference (0: any), momentum. */
  apg: z
    .strictObject({
      eta: Share,
      rescale: z.number().min(0, "The norm threshold is at least 0.").max(1_000, "The norm threshold is at most 1000."),
      momentum: z.number().gt(-1, "Momentum is above -1.").lt(1, "Momentum is below 1."),
    })
    .optional(),
  /** Skips network calls while their estimated relative error adds up to less than this. */
  stepCache: z
    .strictObject({ threshold: z.number().gt(0, "A threshold is above 0.").max(1, "A threshold is at most 1.") })
    .optional(),
  /** The later stages of a cascade, in order. */
  stages: z
    .array(StageSettings)
    .min(1, "At least 1 later stage.")
    .max(STAGES_MAX - 1, `At most ${STAGES_MAX - 1} later stages.`)
    .optional(),
  /** Begins at a later stage (1 is the second) with a kept picture of the stage before, by its SHA-256. */
  stageInput: z
    .strictObject({
      stage: z
        .int("A stage is a whole number.")
        .min(1, "The first stage needs no picture.")
        .max(STAGES_MAX - 1),
      picture: Sha256,
    })
    .optional(),
  /** SHA-256 of a kept image embedding (f32, little-endian) that unCLIP decodes anew instead of asking its prior. */
  imageEmbedding: Sha256.optional(),
};

/** Everything that decides the pixels of one picture. Same recipe, same picture. */
export const Recipe = z.strictObject({
  version: z.literal(1),
  model: z.strictObject({ name: z.string().min(1).max(100), hash: Sha256 }),
  prompt: z.string().max(PROMPT_LENGTH_MAX),
  negativePrompt: z.string().max(PROMPT_LENGTH_MAX).nullable(),
  scheduler: SchedulerConfiguration,
  steps: z.int().min(1).max(STEPS_MAX),
  guidanceScale: z.number().min(0).max(100),
  guidanceRescale: z.number().min(0).max(1),
  eta: z.number().min(0).max(1),
  width: z.int().min(8).max(SIZE_MAX),
  height: z.int().min(8).max(SIZE_MAX),
  seed: Seed,
  generator: z.enum(GENERATOR_IDS),
  /** SHA-256 of the files it starts from, and how much of the source may change; absent when drawn from words alone. */
  source: Sha256.optional(),
  mask: Sha256.optional(),
  strength: z.number().min(0).max(1).optional(),
  ...ADDITIONS,
});
export type Recipe = z.infer<typeof Recipe>;

export function canonicalRecipe(recipe: Recipe): string {
  return canonicalJson(recipe as Json);
}

/** The SHA-256 of the canonical JSON: the identity of a recipe everywhere. */
export function recipeId(recipe: Recipe): Promise<string> {
  return sha256Hex(canonicalRecipe(recipe));
}

/** The recipe of picture `index` of a generation: its own seed, all else alike. Seeds wrap at 2^64. */
export function recipeOfImage(recipe: Recipe, index: number): Recipe {
  return { ...recipe, seed: BigInt.asUintN(64, BigInt(recipe.seed) + BigInt(index)).toString() };
}
