import { z } from "zod";
import { COLOR_NAMES } from "./dominant-color.ts";

export const LANGUAGES = ["en", "zh", "zh-hant", "de", "fr", "es", "ja", "pt", "it", "ru", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];

const languageSchema = z.enum(LANGUAGES);

const drawingSchema = z.object({
  kind: z.literal("drawing"),
  /** `<set>/<hexcode>` */
  id: z.string(),
  set: z.string(),
  /** The word a prompt uses for the look. */
  style: z.string(),
  /** Hexcode of the emoji: drawings of one concept in several sets share it. */
  concept: z.string(),
  group: z.string(),
  subgroup: z.string(),
  /** Dominant colour, null when mixed. */
  color: z.enum(COLOR_NAMES).nullable(),
  names: z.record(languageSchema, z.string()),
  keywords: z.record(languageSchema, z.array(z.string())),
});

const captionedSchema = z.object({
  kind: z.literal("captioned"),
  id: z.string(),
  captions: z.array(z.string()).min(1),
});

/** One line of captions.jsonl. */
export const packedMetadataSchema = z.discriminatedUnion("kind", [drawingSchema, captionedSchema]);

export type DrawingMetadata = Readonly<z.infer<typeof drawingSchema>>;
export type CaptionedMetadata = Readonly<z.infer<typeof captionedSchema>>;
export type PackedMetadata = DrawingMetadata | CaptionedMetadata;
