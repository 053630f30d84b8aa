import { z } from "zod";
import { FAMILY_IDS, SCHEDULER_IDS } from "./catalogue.ts";
import { SchedulerConfiguration, Sha256, STAGES_MAX, StageSettings } from "./recipe.ts";

/** What `mezzotint.json` in a model folder may say about itself; every field has a default when the file is absent. */
export const ModelPresentation = z.object({
  title: z.string().min(1).max(100).optional(),
  description: z.string().max(2_000).optional(),
  licence: z.string().max(200).optional(),
  defaults: z
    .object({
      steps: z.int().min(1).max(1_000).optional(),
      guidanceScale: z.number().min(0).max(100).optional(),
      width: z.int().min(8).optional(),
      height: z.int().min(8).optional(),
      scheduler: z.enum(SCHEDULER_IDS).optional(),
    })
    .default({}),
  /** Words a person may add to a prompt with one click. */
  styles: z.array(z.object({ label: z.string().min(1).max(40), words: z.string().min(1).max(200) })).default([]),
  examples: z.array(z.string().min(1).max(200)).default([]),
  /** Linear map from latent channels to RGB in [-1, 1] for previews: rgb = factors^T latent + bias. */
  latentPreview: z
    .object({
      factors: z.array(z.tuple([z.number(), z.number(), z.number()])),
      bias: z.tuple([z.number(), z.number(), z.number()]),
    })
    .optional(),
});
export type ModelPresentation = z.infer<typeof ModelPresentation>;

/** A model as workers announce it and forms show it. */
export const ModelInfo = z.object({
  name: z.string().min(1).max(100),
  hash: Sha256,
  family: z.enum(FAMILY_IDS),
  title: z.string(),
  description: z.string(),
  licence: z.string(),
  sizeBytes: z.int().min(0),
  /** Width and height are multiples of this many pixels. */
  sizeMultiple: z.int().min(1),
  /** True where the network takes one size only (fixed positions, fixed shapes). */
  fixedSize: z.boolean(),
  defaults: z.object({
    steps: z.int(),
    guidanceScale: z.number(),
    width: z.int(),
    height: z.int(),
    scheduler: z.enum(SCHEDULER_IDS),
  }),
  /** Whether it can start from a picture, and keep what a mask says; "required" where it can do nothing else. */
  source: z.enum(["none", "optional", "required"]).default("none"),
  mask: z.enum(["none", "optional", "required"]).default("none"),
  /** Complete configurations of the samplers this model can use, its own first. */
  schedulers: z.array(SchedulerConfiguration).min(1),
  styles: ModelPresentation.shape.styles,
  examples: ModelPresentation.shape.examples,
  /** The stages of a cascade, in order, with what they usually get; absent where the model is no cascade. */
  stages: z
    .array(
      z.object({
        name: z.string().min(1).max(100),
        width: z.int().min(8),
        height: z.int().min(8),
        /** Usual settings; a first stage puts noise on nothing. */
        steps: StageSettings.shape.steps,
        guidanceScale: StageSettings.shape.guidanceScale,
        noiseLevel: StageSettings.shape.noiseLevel,
      }),
    )
    .min(2)
    .max(STAGES_MAX)
    .optional(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;
