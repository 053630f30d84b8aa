import { z } from "zod";
import { PROMPT_LENGTH_MAX } from "./recipe.ts";
import drawings from "./prompt-set/drawings.json" with { type: "json" };
import drawingsQuick from "./prompt-set/drawings-quick.json" with { type: "json" };

const PROMPTS_MAX = 10_000;

/** One prompt and what it asks for, as far as that is known; scores are broken down by these. */
export const PromptSetPrompt = z.strictObject({
  text: z.string().trim().min(1).max(PROMPT_LENGTH_MAX),
  /** BCP 47 tag. */
  language: z.string().min(2).max(35).default("en"),
  /** The thing to draw by its English name. */
  concept: z.string().min(1).nullable().default(null),
  /** The group of the concept: a class of segmenters and classifiers. */
  group: z.string().min(1).nullable().default(null),
  style: z.string().min(1).nullable().default(null),
  colour: z.string().min(1).nullable().default(null),
  /** Whether no training caption of the bundled model names this combination of thing and colour. */
  unseen: z.boolean().default(false),
});
export type PromptSetPrompt = z.infer<typeof PromptSetPrompt>;

/** A versioned list of prompts as a file. Another text or order is another version. */
export const PromptSetFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "A name has lower-case letters, digits and hyphens."),
  title: z.string().min(1).max(100),
  version: z.int().min(1),
  licence: z.string().min(1).max(200),
  description: z.string().max(2_000),
  prompts: z.array(PromptSetPrompt).min(1).max(PROMPTS_MAX),
});
export type PromptSetFile = z.infer<typeof PromptSetFile>;

/** The sets that come with the product, the fullest first. */
export const BUNDLED_PROMPT_SETS: readonly PromptSetFile[] = [
  PromptSetFile.parse(drawings),
  PromptSetFile.parse(drawingsQuick),
];
