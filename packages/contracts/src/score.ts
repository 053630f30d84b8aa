import { z } from "zod";
import { METRIC_IDS } from "./catalogue.ts";
import { Protocol } from "./protocol.ts";
import { Sha256 } from "./recipe.ts";

/** Groups of prompts that a score is computed without, one at a time; what differences of runs get their intervals from. */
export const SCORE_GROUPS_MAX = 20;

/** The interval is null where the pictures are of too few prompts to tell. */
const Estimate = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** 0.95 for a 95 % interval. */
  level: z.number().gt(0).lt(1).nullable(),
});

/** What a worker found for one metric of a run. A metric that makes no number says why instead. */
export const ScoreResult = z.object({
  metric: z.enum(METRIC_IDS),
  protocol: Protocol,
  estimate: Estimate.nullable(),
  problem: z.string().max(1_000).nullable(),
  /** Figures that belong to the value, by name: "corrected" for bias, "ceiling" of real pictures. */
  details: z.record(z.string(), z.number()),
  /** The score with each group of prompts left out; runs with equal `groups` left out the same prompts each time. */
  leftOut: z.array(z.number()).max(SCORE_GROUPS_MAX),
  groups: Sha256.nullable(),
  perPicture: z.array(z.object({ imageId: z.string().max(64), value: z.number() })).nullable(),
  seconds: z.number().min(0),
});
export type ScoreResult = z.infer<typeof ScoreResult>;
