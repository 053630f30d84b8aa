import { expect, test } from "vitest";
import { canonicalJson } from "./json.ts";
import { canonicalRecipe, Recipe, recipeId, recipeOfImage } from "./recipe.ts";

const recipe: Recipe = {
  version: 1,
  model: { name: "mini", hash: "a".repeat(64) },
  prompt: "red apple",
  negativePrompt: null,
  scheduler: { _class_name: "EulerDiscreteScheduler", beta_start: 0.00085 },
  steps: 20,
  guidanceScale: 3,
  guidanceRescale: 0,
  eta: 0,
  width: 64,
  height: 64,
  seed: "7",
  generator: "torch-cpu",
};

test("canonical JSON does not depend on the order of keys", () => {
  expect(canonicalJson({ b: [1, { d: null, c: "é" }], a: true })).toBe('{"a":true,"b":[1,{"c":"é","d":null}]}');
  expect(() => canonicalJson({ a: Number.NaN })).toThrow("NaN");
});

test("the recipe id is a hash of content, not of key order", async () => {
  const shuffled = Recipe.parse(Object.fromEntries(Object.entries(recipe).toReversed()));
  expect(await recipeId(shuffled)).toBe(await recipeId(recipe));
  expect(await recipeId({ ...recipe, seed: "8" })).not.toBe(await recipeId(recipe));
});

test("each picture of a generation has its own seed, wrapping at 64 bits", () => {
  expect(recipeOfImage(recipe, 3).seed).toBe("10");
  expect(recipeOfImage({ ...recipe, seed: "18446744073709551615" }, 1).seed).toBe("0");
});

test("a recipe refuses what cannot decide a picture", () => {
  expect(Recipe.safeParse({ ...recipe, guidanceScale: Number.NaN }).success).toBe(false);
  expect(Recipe.safeParse({ ...recipe, seed: "-1" }).success).toBe(false);
  expect(Recipe.safeParse({ ...recipe, seed: "18446744073709551616" }).success).toBe(false);
  expect(Recipe.safeParse({ ...recipe, seed: "seven" }).error?.issues.map(({ message }) => message)).toEqual([
    "A seed is a whole number from 0 to 18446744073709551615.",
  ]);
  expect(Recipe.safeParse({ ...recipe, surprise: 1 }).success).toBe(false);
});

test("a recipe without a source is written as ever, and one with a source is another", async () => {
  const parsed = Recipe.parse(recipe);
  expect(Object.keys(parsed)).not.toContain("strength");
  expect(canonicalRecipe(parsed)).toBe(canonicalRecipe(recipe));
  expect(await recipeId(parsed)).toBe("dfe08fbf8d5844b815357027e9bf5f07c822fc9829d0f19a7e4fb520d9299360");
  const other = { ...recipe, source: "b".repeat(64), strength: 0.6 };
  expect(await recipeId(Recipe.parse(other))).not.toBe(await recipeId(recipe));
  expect(Recipe.safeParse({ ...other, strength: 1.1 }).success).toBe(false);
});

const additions = {
  clipSkip: 2,
  promptWeighting: true,
  guidanceInterval: [0.1, 0.8],
  apg: { eta: 0, rescale: 15, momentum: -0.75 },
  stepCache: { threshold: 0.05 },
  stages: [{ steps: 50, guidanceScale: 4, noiseLevel: 250 }],
  stageInput: { stage: 1, picture: "c".repeat(64) },
  imageEmbedding: "d".repeat(64),
} satisfies Partial<Recipe>;

test("every addition makes another recipe, and none of them leaves a mark where it is absent", async () => {
  const ids = new Set([await recipeId(recipe)]);
  for (const [name, value] of Object.entries(additions)) {
    const parsed = Recipe.parse({ ...recipe, [name]: value });
    expect(Object.keys(parsed)).toHaveLength(Object.keys(recipe).length + 1);
    ids.add(await recipeId(parsed));
  }
  expect(ids.size).toBe(Object.keys(additions).length + 1);
  expect(Recipe.parse(JSON.parse(canonicalRecipe({ ...recipe, ...additions })))).toEqual({ ...recipe, ...additions });
});

test.each([
  [{ clipSkip: 0 }, "Clip skip is at least 1."],
  [{ clipSkip: 13 }, "Clip skip is at most 12."],
  [{ promptWeighting: false }, "Prompt weighting is true or absent."],
  [{ guidanceInterval: [0.5, 0.5] }, "A guidance interval ends after it begins."],
  [{ guidanceInterval: [0, 1.5] }, "A share is at most 1."],
  [{ guidanceInterval: [0.5] }, "A guidance interval is two shares of the steps, for instance [0.2, 0.8]."],
  [{ apg: { eta: 0, rescale: 15, momentum: 1 } }, "Momentum is below 1."],
  [{ stepCache: { threshold: 0 } }, "A threshold is above 0."],
  [{ stages: [] }, "At least 1 later stage."],
  [{ stages: [{ steps: 5, guidanceScale: 4, noiseLevel: 1_000 }] }, "A noise level is at most 999."],
  [{ stageInput: { stage: 0, picture: "c".repeat(64) } }, "The first stage needs no picture."],
  [{ imageEmbedding: "d" }, "A hash is 64 hexadecimal digits."],
])("a recipe refuses %j and says why", (addition, reason) => {
  const refused = Recipe.safeParse({ ...recipe, ...addition });
  expect(refused.error?.issues.map(({ message }) => message)).toEqual([reason]);
});
