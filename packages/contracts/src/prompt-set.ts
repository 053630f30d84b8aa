import { z } from "zod";
import { PROMPT_LENGTH_MAX } from "./recipe.ts";
import drawings from "./prompt-set/drawings.json" with { type: "json" };
import drawingsQuick from "./prompt-set/drawings-quick.json" with { type: "json" };

export const PROMPTS_MAX = 10_000;

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
  /** What sets by others file a prompt under: PartiPrompts' category and challenge, DrawBench's category, GenEval's tag. */
  category: z.string().min(1).max(200).nullable().default(null),
  challenge: z.string().min(1).max(200).nullable().default(null),
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

const TEXT_LENGTH_MAX = 5_000_000;

/** Somebody's own prompts as text: one a line, CSV or TSV with a header, or JSON lines. */
export const PromptSetImport = z.strictObject({
  title: z.string().trim().min(1, "Give the prompt set a title.").max(100, "A title has at most 100 characters."),
  licence: z.string().trim().max(200).default(""),
  description: z.string().trim().max(2_000).default(""),
  text: z
    .string()
    .min(1, "Give at least one prompt.")
    .max(TEXT_LENGTH_MAX, `The text has at most ${TEXT_LENGTH_MAX} characters.`),
});

/** A set without its prompts, as lists show it. */
export interface PromptSetView {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly version: number;
  /** SHA-256 of the canonical JSON of the prompts. */
  readonly hash: string;
  readonly licence: string;
  readonly description: string;
  readonly promptCount: number;
  /** Whether it comes with the product. */
  readonly bundled: boolean;
  readonly createdAt: string;
}

/** The sets that come with the product, the fullest first. */
export const BUNDLED_PROMPT_SETS: readonly PromptSetFile[] = [
  PromptSetFile.parse(drawings),
  PromptSetFile.parse(drawingsQuick),
];
