import { SCHEDULER_IDS } from "@mezzotint/contracts/catalogue";
import {
  GenerationRequest,
  modelObjection,
  requestOfRecipe,
  VISIBILITIES,
  type StartView,
  type Visibility,
} from "@mezzotint/contracts/generation";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { Recipe } from "@mezzotint/contracts/recipe";
import { sourceObjection, type SourceView } from "@mezzotint/contracts/source";
import { z } from "zod";
import type { FileSettings } from "./settings-of-file.ts";

/** A file of the team, as far as the form needs to know it. */
const FormFile = z.object({ id: z.string(), width: z.number(), height: z.number(), url: z.string() });
export type FormFile = z.infer<typeof FormFile>;

/** A later stage of a cascade; numbers may be missing while somebody types. */
const FormStage = z.object({
  steps: z.number().nullable(),
  guidanceScale: z.number().nullable(),
  noiseLevel: z.number().nullable(),
  seed: z.string().optional(),
});
export type FormStage = z.infer<typeof FormStage>;

export const USUAL_STRENGTH = 0.75;

/** What stands in the form: numbers may be missing while somebody types, and an empty seed means a new one each time. */
export const GenerateForm = z.object({
  model: z.string(),
  prompt: z.string(),
  negativePrompt: z.string(),
  count: z.number().nullable(),
  seed: z.string(),
  steps: z.number().nullable(),
  guidanceScale: z.number().nullable(),
  scheduler: z.enum(SCHEDULER_IDS),
  width: z.number().nullable(),
  height: z.number().nullable(),
  visibility: z.enum(VISIBILITIES),
  /** What the picture starts from, where it is drawn anew, and how much of it may change. */
  source: FormFile.nullable().default(null),
  mask: FormFile.nullable().default(null),
  strength: z.number().nullable().default(USUAL_STRENGTH),
  guidanceRescale: z.number().nullable().default(0),
  clipSkip: z.number().nullable().default(0),
  promptWeighting: z.boolean().default(false),
  /** Shares of the steps. */
  guidanceFrom: z.number().nullable().default(0),
  guidanceTo: z.number().nullable().default(1),
  /** Settings of a cascade's later stages; null for the model's usual ones. */
  stages: z.array(FormStage).nullable().default(null),
  /** What a recipe may ask for without a control here: kept, said, and dropped on request. */
  apg: GenerationRequest.shape.apg,
  stepCache: GenerationRequest.shape.stepCache,
  stageInput: Recipe.shape.stageInput.unwrap().nullable().default(null),
  imageEmbedding: Recipe.shape.imageEmbedding.unwrap().nullable().default(null),
});
export type GenerateForm = z.infer<typeof GenerateForm>;

export type FormErrors = Readonly<Partial<Record<keyof GenerateForm, string>>>;
export type ParsedForm =
  | { readonly request: GenerationRequest; readonly errors: null }
  | { readonly request: null; readonly errors: FormErrors };

export const NO_EXTRAS = {
  apg: null,
  stepCache: null,
  stageInput: null,
  imageEmbedding: null,
} satisfies Partial<GenerateForm>;

const BLANK: GenerateForm = {
  model: "",
  prompt: "",
  negativePrompt: "",
  count: 1,
  seed: "",
  steps: 20,
  guidanceScale: 4,
  scheduler: "FlowMatchEulerDiscreteScheduler",
  width: 64,
  height: 64,
  visibility: "team",
  source: null,
  mask: null,
  strength: USUAL_STRENGTH,
  guidanceRescale: 0,
  clipSkip: 0,
  promptWeighting: false,
  guidanceFrom: 0,
  guidanceTo: 1,
  stages: null,
  ...NO_EXTRAS,
};

/** The form for the first model there is, or a blank one that waits for a model. */
export function firstForm(models: readonly ModelInfo[]): GenerateForm {
  const [model] = models;
  return model === undefined ? BLANK : withModel(BLANK, model);
}

/** The same request for another model: everything a model has an opinion on starts from its defaults. */
export function withModel(form: GenerateForm, model: ModelInfo): GenerateForm {
  return { ...form, model: model.name, ...model.defaults, stages: null, ...NO_EXTRAS };
}

/** The whole form from a recipe; nothing of what stood there before stays. */
export function formFromRecipe(
  recipe: Recipe,
  order: StartView & { readonly count: number; readonly visibility: Visibility },
): GenerateForm {
  const { guidanceInterval, ...drawing } = requestOfRecipe(recipe);
  return {
    ...drawing,
    count: order.count,
    seed: recipe.seed,
    visibility: order.visibility,
    source: formFile(order.source),
    mask: order.source === null ? null : formFile(order.mask),
    strength: recipe.strength ?? USUAL_STRENGTH,
    guidanceFrom: guidanceInterval?.[0] ?? 0,
    guidanceTo: guidanceInterval?.[1] ?? 1,
    stageInput: recipe.stageInput ?? null,
    imageEmbedding: recipe.imageEmbedding ?? null,
  };
}

/** The form from what a picture file says; of another program's settings, those that mean the same here. */
export function formFromFile(form: GenerateForm, settings: FileSettings): GenerateForm {
  if (settings.kind === "recipe") {
    return formFromRecipe(settings.recipe, { count: 1, visibility: form.visibility, source: null, mask: null });
  }
  const { prompt, negativePrompt, steps, guidanceScale, seed } = settings.parameters;
  return { ...form, prompt, negativePrompt, steps, guidanceScale, seed, source: null, mask: null };
}

export function formFile(view: SourceView | null): FormFile | null {
  if (view === null) return null;
  const { id, width, height, url } = view;
  return { id, width, height, url };
}

/** The request, or a sentence for each field that keeps it from being one. */
export function parseForm(form: GenerateForm, models: readonly ModelInfo[]): ParsedForm {
  const seed = form.seed.trim();
  const start = {
    source: form.source?.id ?? null,
    mask: form.mask?.id ?? null,
    // Without a source its slider is not shown, and says nothing.
    strength: form.source === null ? null : (form.strength ?? Number.NaN),
  };
  const { guidanceFrom, guidanceTo, imageEmbedding, ...fields } = form;
  const isAlways = guidanceFrom === 0 && guidanceTo === 1;
  const guidanceInterval = isAlways ? null : [guidanceFrom, guidanceTo];
  const parsed = GenerationRequest.safeParse({
    ...fields,
    ...start,
    guidanceInterval,
    imageEmbedding: imageEmbedding === null ? null : { hash: imageEmbedding },
    seed: seed === "" ? null : seed,
  });
  if (!parsed.success) return { request: null, errors: errorsOf(parsed.error) };
  const model = models.find(({ name }) => name === form.model);
  if (model === undefined) return { request: null, errors: { model: `The model ${form.model} is not here.` } };
  const objection = modelObjection(parsed.data, model);
  const ofSource = sourceObjection(parsed.data, model);
  if (ofSource !== null) return { request: null, errors: { [ofSource.field]: ofSource.message } };
  if (objection === null) return { request: parsed.data, errors: null };
  const knowsSampler = model.schedulers.some(({ _class_name }) => _class_name === form.scheduler);
  return { request: null, errors: knowsSampler ? { width: objection } : { scheduler: objection } };
}

function errorsOf(error: z.ZodError): FormErrors {
  const errors: Partial<Record<keyof GenerateForm, string>> = {};
  for (const { path, message } of error.issues) {
    const field = GenerateForm.keyof().safeParse(path[0] === "guidanceInterval" ? "guidanceTo" : path[0]);
    if (field.success) errors[field.data] ??= message;
  }
  return errors;
}

/** A form as it was saved in this browser, or null when this version cannot read it or its model is gone. */
export function restoreForm(saved: string | null, models: readonly ModelInfo[]): GenerateForm | null {
  if (saved === null) return null;
  const parsed = z
    .string()
    .transform((text, context) => readJson(text, context))
    .pipe(GenerateForm)
    .safeParse(saved);
  if (!parsed.success || !models.some(({ name }) => name === parsed.data.model)) return null;
  return parsed.data;
}

function readJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("The saved form is not JSON.");
    return z.NEVER;
  }
}
