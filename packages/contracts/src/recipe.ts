import { z } from "zod";
import { GENERATOR_IDS, SCHEDULER_IDS } from "./catalogue.ts";
import { canonicalJson, sha256Hex, type Json } from "./json.ts";

export const PROMPT_LENGTH_MAX = 2_000;
export const STEPS_MAX = 1_000;
export const SIZE_MAX = 2_048;

/** A seed as a decimal string: 64 bits do not fit a JSON number. */
export const Seed = z
  .string()
  .regex(/^\d{1,20}$/, "A seed is a whole number from 0 to 18446744073709551615.")
  .refine((text) => BigInt(text) <= 0xffff_ffff_ffff_ffffn, "A seed is at most 18446744073709551615.");

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "A hash is 64 hexadecimal digits.");

/** A diffusers scheduler configuration; `_class_name` names the algorithm, the rest are its settings. */
export const SchedulerConfiguration = z.object({ _class_name: z.enum(SCHEDULER_IDS) }).catchall(z.json());
export type SchedulerConfiguration = z.infer<typeof SchedulerConfiguration>;

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
