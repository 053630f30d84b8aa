import { Recipe } from "@mezzotint/contracts/recipe";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { expect, test } from "vitest";
import { parseRequest, parseThreads, type GenerateFlags } from "./parse-request.ts";
import { pictureFiles } from "./picture-files.ts";

const MODEL: ModelInfo = {
  name: "mini",
  hash: "a".repeat(64),
  family: "latent-diffusion",
  title: "Mini",
  description: "",
  licence: "",
  sizeBytes: 1,
  sizeMultiple: 8,
  fixedSize: true,
  defaults: { steps: 20, guidanceScale: 3, width: 64, height: 64, scheduler: "FlowMatchEulerDiscreteScheduler" },
  source: "optional",
  mask: "optional",
  schedulers: [{ _class_name: "FlowMatchEulerDiscreteScheduler", shift: 1 }],
  styles: [],
  examples: [],
};
const FLAGS: GenerateFlags = { model: "mini", negative: "", count: "1", out: "a.png", provider: "cpu" };

test("what is not given the model decides, and a seed is drawn", () => {
  const { recipe, count } = parseRequest("red apple", FLAGS, MODEL);
  expect(count).toBe(1);
  expect(Recipe.parse(recipe)).toMatchObject({
    steps: 20,
    guidanceScale: 3,
    width: 64,
    height: 64,
    negativePrompt: null,
  });
  expect(parseRequest("red apple", FLAGS, MODEL).recipe.seed).not.toBe(recipe.seed);
  const flags = { ...FLAGS, seed: "18446744073709551615", steps: "3", guidance: "0.5", negative: "blue", count: "16" };
  expect(parseRequest("red apple", flags, MODEL)).toMatchObject({
    count: 16,
    recipe: { seed: "18446744073709551615", steps: 3, guidanceScale: 0.5, negativePrompt: "blue" },
  });
});

test.each<[Partial<GenerateFlags>, string]>([
  [{ steps: "many" }, "--steps: "],
  [{ steps: "2.5" }, "--steps: Steps come in whole numbers."],
  [{ steps: "0" }, "--steps: At least 1 step."],
  [{ steps: "" }, "--steps: "],
  [{ guidance: "NaN" }, "--guidance: Guidance is a number."],
  [{ guidance: "-1" }, "--guidance: Guidance is at least 0."],
  [{ seed: "-5" }, "--seed: A seed is a whole number"],
  [{ seed: "18446744073709551616" }, "--seed: A seed is at most"],
  [{ count: "17" }, "--count: At most 16 pictures at once."],
  [{ width: "60" }, "draws 64 × 64 pixels only; width is 60"],
  [{ scheduler: "Euler" }, "--scheduler: This sampler is not known."],
  [{ scheduler: "DDIMScheduler" }, "It can use FlowMatchEulerDiscreteScheduler."],
  [{ steps: "x", count: "0" }, "--count: At least 1 picture. --steps: "],
])("%j is refused with its reason", (change, reason) => {
  expect(() => parseRequest("red apple", { ...FLAGS, ...change }, MODEL)).toThrow(
    expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining(reason) }),
  );
});

test("an empty prompt, a size between the multiples and odd threads are refused", () => {
  expect(() => parseRequest("  ", FLAGS, MODEL)).toThrow("prompt: Write a prompt");
  expect(() => parseRequest("x", { ...FLAGS, height: "60" }, { ...MODEL, fixedSize: false })).toThrow("multiple of 8");
  expect(() => parseThreads("0")).toThrow("--threads");
});

test("several pictures are numbered, and only PNG files are written", () => {
  expect(pictureFiles("out/apple.png", 1)).toEqual(["out/apple.png"]);
  expect(pictureFiles("out/apple.png", 2)).toEqual(["out/apple-1.png", "out/apple-2.png"]);
  expect(() => pictureFiles("apple.jpg", 1)).toThrow("apple.jpg");
});
