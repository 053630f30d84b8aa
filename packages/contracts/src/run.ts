import { z } from "zod";
import type { MetricId } from "./catalogue.ts";
import type { PlainError } from "./errors.ts";
import { GenerationRequest } from "./generation.ts";
import { Recipe, Seed } from "./recipe.ts";

export const RUN_SEEDS_MAX = 64;
const RUN_NAME_LENGTH_MAX = 100;

/**
 * filling -> scoring -> done; filling or scoring -> failed | cancelled; done, failed or cancelled -> filling again when
 * cells are missing, or -> scoring when only scores are.
 */
export const RUN_STATUSES = ["filling", "scoring", "done", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Everything that decides the pixels but the prompt and the seed, which the cells of a run bring. */
export const RunSettings = Recipe.omit({ prompt: true, seed: true });
export type RunSettings = z.infer<typeof RunSettings>;

/** What pictures of words alone can be scored by; the rest of the catalogue needs label maps, sources or training pictures. */
export const RUN_METRIC_IDS = [
  "clip-score",
  "prompt-class-accuracy",
  "frechet-distance",
  "kid",
  "cmmd",
  "precision",
  "recall",
  "density",
  "coverage",
  "diversity",
  "near-duplicate-rate",
  "fid",
  "fid-infinity",
  "inception-score",
] as const satisfies readonly MetricId[];

/** What a run is scored by unless told: each needs only what comes with the product. */
const USUAL_RUN_METRICS = [
  "clip-score",
  "frechet-distance",
  "kid",
  "cmmd",
  "precision",
  "recall",
] as const satisfies readonly (typeof RUN_METRIC_IDS)[number][];

/** The usual metrics of a run on some prompts: with prompt-class accuracy where a prompt names its class. */
export function usualRunMetrics(prompts: readonly { readonly group: string | null }[]): MetricId[] {
  const named = prompts.some(({ group }) => group !== null);
  return [...USUAL_RUN_METRICS, ...(named ? (["prompt-class-accuracy"] as const) : [])];
}

const Name = z
  .string()
  .trim()
  .min(1, "Give the run a name.")
  .max(RUN_NAME_LENGTH_MAX, `A name has at most ${RUN_NAME_LENGTH_MAX} characters.`);

const Metrics = z
  .array(z.enum(RUN_METRIC_IDS, "Runs are not scored by this metric."))
  .min(1, "Choose at least 1 metric.")
  .transform((ids) => [...new Set(ids)]);

const SeedCount = z
  .int("Seeds come in whole numbers.")
  .min(1, "At least 1 seed a prompt.")
  .max(RUN_SEEDS_MAX, `At most ${RUN_SEEDS_MAX} seeds a prompt.`);

/** A model and its settings, to be applied to every prompt of a set with each of some seeds in a row. */
export const RunRequest = GenerationRequest.pick({
  model: true,
  negativePrompt: true,
  steps: true,
  guidanceScale: true,
  scheduler: true,
  width: true,
  height: true,
}).extend({
  name: Name,
  promptSetId: z.string().min(1, "Choose a prompt set.").max(64),
  seedFirst: Seed.default("0"),
  seedCount: SeedCount.default(1),
  /** The usual ones where absent. */
  metrics: Metrics.optional(),
});
export type RunRequest = z.infer<typeof RunRequest>;
export type RunRequestInput = z.input<typeof RunRequest>;

export const RunExtension = z.strictObject({ runId: z.string().max(64), seedCount: SeedCount });
export const RunRenaming = z.strictObject({ runId: z.string().max(64), name: Name });
export const RunScoring = z.strictObject({ runId: z.string().max(64), metrics: Metrics });

/** Pictures of a run by how far they are; `missing` were never asked for, or what was asked ended without them. */
export interface RunCells {
  readonly total: number;
  readonly done: number;
  readonly waiting: number;
  readonly failed: number;
  readonly missing: number;
}

/** A run as lists show it. Dates are ISO 8601 in UTC. */
export interface RunView {
  readonly id: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly modelName: string;
  readonly modelTitle: string;
  readonly settings: RunSettings;
  readonly promptSet: {
    readonly id: string;
    readonly title: string;
    readonly version: number;
    readonly prompts: number;
  };
  readonly seedFirst: string;
  readonly seedCount: number;
  readonly metrics: readonly MetricId[];
  readonly cells: RunCells;
  /** Pictures the scoring has looked at of those it must; null unless it is at work. */
  readonly scoring: { readonly step: number; readonly steps: number } | null;
  readonly error: PlainError | null;
  readonly authorName: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  /** Whether the reader may change, cancel or remove it. */
  readonly mine: boolean;
}

/** A picture of a run in its cell. */
export interface CellPicture {
  readonly imageId: string;
  readonly promptIndex: number;
  readonly seedIndex: number;
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly url: string;
}
