import { z } from "zod";

/**
 * @file A state as bytes, little-endian throughout:
 *
 *   u32 magic, u32 version, u32 length of the header, the header as JSON in UTF-8,
 *   u32[] words of a Mersenne Twister (none for Philox),
 *   f32[] sample, history, memory, beside, held original and noise (those that are there), what stages made,
 *   u32 CRC-32 of everything before it.
 *
 * A version never changes its meaning; a reader refuses those it does not know.
 */
export const STATE_FORMAT = {
  /** "MZPS", a Mezzotint picture state. */
  magic: 0x5350_5a4d,
  version: 1,
  prefixBytes: 12,
  checkBytes: 4,
} as const;

const Count = z.int().min(0);

export const StateHeader = z.strictObject({
  /** Whose state it is. */
  tag: z.string(),
  index: Count,
  /** Of every array of floats, in their order. */
  lengths: z.array(Count).min(1),
  history: Count,
  memory: Count,
  beside: z.boolean(),
  held: z.boolean(),
  /** Shapes of what the stages behind have made. */
  made: z.array(z.array(Count)),
  generator: z.discriminatedUnion("generator", [
    z.strictObject({ generator: z.literal("torch-cpu"), spare: z.number().nullable(), position: Count }),
    z.strictObject({ generator: z.literal("numpy-legacy"), spare: z.number().nullable(), position: Count }),
    z.strictObject({
      generator: z.literal("philox"),
      seed: z.string().regex(/^\d{1,20}$/),
      offset: Count,
      gridThreads: z.int().min(1).nullable(),
    }),
  ]),
  words: Count,
});
export type StateHeader = z.infer<typeof StateHeader>;
