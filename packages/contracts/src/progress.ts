import { z } from "zod";
import { GENERATION_STATUSES } from "./generation.ts";

/**
 * A small event about one generation, sent by NOTIFY and passed on to browsers. The rows are the truth; an event
 * only says that something moved, so losing one loses nothing.
 */
export const GenerationEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("status"),
    generationId: z.string(),
    teamId: z.string(),
    status: z.enum(GENERATION_STATUSES),
  }),
  z.object({
    type: z.literal("progress"),
    generationId: z.string(),
    teamId: z.string(),
    step: z.int(),
    steps: z.int(),
    /** Small picture as a data URL (at most 6,000 characters: a NOTIFY payload is below 8,000 bytes), or null. */
    preview: z.string().max(6_000).nullable(),
  }),
]);
export type GenerationEvent = z.infer<typeof GenerationEvent>;

/** Postgres channels. */
export const JOB_CHANNEL = "mezzotint_job";
export const GENERATION_CHANNEL = "mezzotint_generation";
export const CANCEL_CHANNEL = "mezzotint_cancel";
/** Carries ids of running generations that somebody looks at, each said again every `WATCH_INTERVAL_MS`. */
export const WATCH_CHANNEL = "mezzotint_watch";
export const WATCH_INTERVAL_MS = 3_000;
