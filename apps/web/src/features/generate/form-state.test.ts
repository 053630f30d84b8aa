import type { GenerationRequest } from "@mezzotint/contracts/generation";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { SourceKind, SourceView } from "@mezzotint/contracts/source";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeChanges } from "./form-changes.ts";
import {
  firstForm,
  formFromFile,
  formFromRecipe,
  parseForm,
  restoreForm,
  withModel,
  type GenerateForm,
} from "./form-state.ts";

const MODEL: ModelInfo = {
  name: "mini",
  hash: "a".repeat(64),
  family: "latent-diffusion",
  title: "Mini",
  description: "",
  licence: "",
  sizeBytes: 1,
  sizeMultiple: 8,
  fixedSize: false,
  defaults: { steps: 20, guidanceScale: 4, width: 64, height: 64, scheduler: "FlowMatchEulerDiscreteScheduler" },
  source: "optional",
  mask: "optional",
  schedulers: [{ _class_name: "FlowMatchEulerDiscreteScheduler" }, { _class_name: "DDIMScheduler" }],
  styles: [],
  examples: [],
};
const OTHER: ModelInfo = { ...MODEL, name: "other", defaults: { ...MODEL.defaults, steps: 7, width: 128 } };
const FILLED: GenerateForm = { ...firstForm([MODEL]), prompt: "red apple" };

/** The recipe the server would make of a request. */
function recipeOf(request: GenerationRequest): Recipe {
  const { prompt, negativePrompt, steps, guidanceScale, width, height, seed, scheduler } = request;
  return {
    version: 1,
    model: { name: request.model, hash: MODEL.hash },
    prompt,
    negativePrompt: negativePrompt === "" ? null : negativePrompt,
    scheduler: { _class_name: scheduler },
    steps,
    guidanceScale,
    guidanceRescale: request.guidanceRescale,
    eta: 0,
    width,
    height,
    seed: seed ?? "123",
    generator: "torch-cpu",
    ...(request.clipSkip === 0 ? {} : { clipSkip: request.clipSkip }),
    ...(request.promptWeighting ? { promptWeighting: true } : {}),
    ...(request.guidanceInterval === null ? {} : { guidanceInterval: request.guidanceInterval }),
    ...(request.stages === null ? {} : { stages: request.stages }),
    ...(request.apg === null ? {} : { apg: request.apg }),
    ...(request.stepCache === null ? {} : { stepCache: request.stepCache }),
    ...(request.stageInput !== null && "picture" in request.stageInput ? { stageInput: request.stageInput } : {}),
    ...(request.source === null ? {} : { source: "b".repeat(64), strength: request.strength ?? 1 }),
    ...(request.mask === null ? {} : { mask: "d".repeat(64) }),
  };
}

function fileView(kind: SourceKind, id: string): SourceView {
  return { id, kind, width: 64, height: 64, url: `/sources/${id}` };
}

test("recalling what a request made asks for the same again, whatever stood in the form", () => {
  const words = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== "");
  const forms = fc.record({
    model: fc.constant("mini"),
    prompt: words,
    negativePrompt: fc.string({ maxLength: 40 }),
    count: fc.integer({ min: 1, max: 16 }),
    seed: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map(String),
    steps: fc.integer({ min: 1, max: 1_000 }),
    guidanceScale: fc.double({ min: 0, max: 30, noNaN: true }),
    scheduler: fc.constantFrom("FlowMatchEulerDiscreteScheduler" as const, "DDIMScheduler" as const),
    width: fc.integer({ min: 1, max: 256 }).map((n) => n * 8),
    height: fc.integer({ min: 1, max: 256 }).map((n) => n * 8),
    visibility: fc.constantFrom("team" as const, "public" as const),
    strength: fc.double({ min: 0.001, max: 1, noNaN: true }),
    files: fc.constantFrom(0, 1, 2),
    guidanceRescale: fc.double({ min: 0, max: 1, noNaN: true }),
    clipSkip: fc.integer({ min: 0, max: 12 }),
    promptWeighting: fc.boolean(),
    guidanceFrom: fc.double({ min: 0, max: 0.4, noNaN: true }),
    guidanceTo: fc.double({ min: 0.5, max: 1, noNaN: true }),
    stages: fc.constant(null),
    apg: fc.constantFrom(null, { eta: 0.5, rescale: 15, momentum: -0.75 }),
    stepCache: fc.constantFrom(null, { threshold: 0.05 }),
    stageInput: fc.constant(null),
    imageEmbedding: fc.constant(null),
  });
  fc.assert(
    fc.property(forms, ({ files, ...words }) => {
      const source = files > 0 ? fileView("image", "src_1") : null;
      const mask = files > 1 ? fileView("mask", "src_2") : null;
      const strength = source === null ? words.strength : Math.min(1, Math.max(words.strength, 1.5 / words.steps));
      const form: GenerateForm = { ...words, source, mask, strength };
      const { request } = parseForm(form, [MODEL]);
      if (request === null) throw new Error("a complete form was refused");
      const recalled = parseForm(formFromRecipe(recipeOf(request), { ...request, source, mask }), [MODEL]);
      expect(recalled.request).toEqual(request);
    }),
  );
});

test("each field says what is wrong with it, with the numbers", () => {
  const wrong: GenerateForm = {
    ...FILLED,
    prompt: "x".repeat(2_001),
    steps: null,
    guidanceScale: Number.NaN,
    count: 17,
    seed: "-1",
    clipSkip: 13,
    guidanceRescale: 1.5,
  };
  const { errors } = parseForm(wrong, [MODEL]);
  expect(Object.keys(errors ?? {}).toSorted()).toEqual([
    "clipSkip",
    "count",
    "guidanceRescale",
    "guidanceScale",
    "prompt",
    "seed",
    "steps",
  ]);
  expect(errors?.prompt).toContain("2000");
  expect(errors?.count).toContain("16");
});

test("whatever is typed, the form says what is wrong and never throws", () => {
  const number = fc.option(fc.double(), { nil: null });
  fc.assert(
    fc.property(fc.record({ seed: fc.string(), prompt: fc.string(), count: number, steps: number }), (typed) => {
      const { request, errors } = parseForm({ ...FILLED, ...typed }, [MODEL]);
      expect(request === null).toBe(errors !== null);
    }),
  );
  expect(parseForm({ ...FILLED, seed: "seven" }, [MODEL]).errors?.seed).toContain("whole number");
});

test("what the model objects to stands at the field it is about", () => {
  expect(parseForm({ ...FILLED, width: 65 }, [MODEL]).errors?.width).toContain("65");
  expect(parseForm({ ...FILLED, scheduler: "EulerDiscreteScheduler" }, [MODEL]).errors?.scheduler).toBeDefined();
  expect(parseForm({ ...FILLED, model: "gone" }, [MODEL]).errors?.model).toContain("gone");
});

test("what a source, its mask and its strength lack stands at the field it is about", () => {
  const source = fileView("image", "src_1");
  const errorsOf = (form: Partial<GenerateForm>, changes: Partial<ModelInfo> = {}) =>
    parseForm({ ...FILLED, ...form }, [{ ...MODEL, ...changes }]).errors ?? {};
  expect(errorsOf({ source }, { source: "none" }).source).toBe("Mini cannot start from a picture.");
  expect(errorsOf({ source, strength: 0.01 }).strength).toContain("0.01 of 20 steps leaves none");
  expect(errorsOf({ source, strength: null }).strength).toBeDefined();
  expect(errorsOf({ source, strength: 1.5 }).strength).toContain("at most 1");
  expect(errorsOf({ source }, { mask: "required" }).mask).toContain("needs a mask");
  expect(errorsOf({ mask: source }).mask).toContain("needs a picture");
  expect(errorsOf({}, { source: "required" }).source).toContain("needs a picture to start from");
  expect(errorsOf({ strength: 7 })).toEqual({});
});

test("a recall whose source is not the reader's starts from words, and a source of one's own stays", () => {
  const recipe = { ...recipeOf(parseForm({ ...FILLED, seed: "7" }, [MODEL]).request as GenerationRequest) };
  const foreign = formFromRecipe(
    { ...recipe, source: "b".repeat(64), mask: "d".repeat(64), strength: 0.4 },
    { count: 1, visibility: "team", source: null, mask: fileView("mask", "src_2") },
  );
  expect(foreign).toMatchObject({ source: null, mask: null, strength: 0.4 });
  expect(describeChanges(FILLED, { ...FILLED, source: fileView("image", "src_1"), strength: 0.4 })).toBe(
    "source, strength 0.75 → 0.4",
  );
});

test("guidance that ends before it begins is refused, and always-on guidance is not mentioned", () => {
  const { errors } = parseForm({ ...FILLED, guidanceFrom: 0.8, guidanceTo: 0.2 }, [MODEL]);
  expect(errors?.guidanceTo).toBe("A guidance interval ends after it begins.");
  expect(parseForm(FILLED, [MODEL]).request?.guidanceInterval).toBeNull();
});

test("an empty seed asks for a new one", () => {
  expect(parseForm({ ...FILLED, seed: " " }, [MODEL]).request?.seed).toBeNull();
});

test("another model brings its own defaults and leaves the words alone", () => {
  const next = withModel({ ...FILLED, steps: 99 }, OTHER);
  expect(next).toMatchObject({ model: "other", prompt: "red apple", steps: 7, width: 128 });
});

test("a saved form comes back; one that is torn, old or without its model does not", () => {
  expect(restoreForm(JSON.stringify(FILLED), [MODEL])).toEqual(FILLED);
  const unusable = [null, "{", "{}", JSON.stringify({ ...FILLED, steps: "many" }), JSON.stringify(FILLED)];
  const models = [[MODEL], [MODEL], [MODEL], [MODEL], [OTHER]];
  expect(unusable.map((saved, at) => restoreForm(saved, models[at] ?? []))).toEqual([null, null, null, null, null]);
});

test("a recall keeps what has no control of its own, says so, and another model starts without", () => {
  const extras = {
    apg: { eta: 0.5, rescale: 15, momentum: -0.75 },
    stepCache: { threshold: 0.05 },
    stageInput: { stage: 1, picture: "e".repeat(64) },
  };
  const imageEmbedding = "f".repeat(64);
  const recipe = { ...recipeOf(parseForm(FILLED, [MODEL]).request as GenerationRequest), ...extras };
  const order = { count: 1, visibility: "team", source: null, mask: null } as const;
  const recalled = formFromRecipe(recipe, order);
  expect(describeChanges(recalled, { ...recalled, apg: { ...extras.apg } })).toBeNull();
  expect(describeChanges({ ...FILLED, seed: "123" }, recalled)).toBe("projected guidance, step cache, first stage");
  const stage = { width: 64, height: 64, steps: 4, guidanceScale: 3, noiseLevel: 250 };
  const cascade = { ...MODEL, stages: ["base", "enlarge"].map((name) => ({ name, ...stage })) };
  expect(parseForm(recalled, [cascade]).request).toMatchObject(extras);
  expect(withModel(recalled, OTHER)).toMatchObject({ apg: null, stepCache: null, stageInput: null });
  const idea = formFromRecipe({ ...recipe, stageInput: undefined, imageEmbedding }, order);
  expect(describeChanges({ ...recalled, stageInput: null }, idea)).toBe("kept idea");
  expect(parseForm(idea, [{ ...MODEL, family: "unclip" }]).request?.imageEmbedding).toEqual({ hash: imageEmbedding });
});

test("another program's settings fill in the words and numbers that mean the same here", () => {
  const parameters = {
    prompt: "pear",
    negativePrompt: "blurry",
    steps: 28,
    sampler: "Euler a",
    guidanceScale: 6.5,
    seed: "9",
    width: 512,
    height: 768,
    modelName: "some",
    modelHash: "",
  };
  const form = formFromFile({ ...FILLED, source: fileView("image", "src_1") }, { kind: "parameters", parameters });
  const { prompt, negativePrompt, steps, guidanceScale, seed } = parameters;
  expect(form).toEqual({ ...FILLED, prompt, negativePrompt, steps, guidanceScale, seed });
  expect(parseForm(form, [MODEL]).errors).toBeNull();
});

test("a recall is told as old and new", () => {
  const after: GenerateForm = { ...FILLED, prompt: "pear", steps: 30, seed: "7", scheduler: "DDIMScheduler" };
  expect(describeChanges(FILLED, after)).toBe(
    "prompt, seed random → 7, steps 20 → 30, sampler Flow-match Euler → DDIM",
  );
  expect(describeChanges(FILLED, FILLED)).toBeNull();
});
