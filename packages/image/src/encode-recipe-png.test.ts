import { Recipe } from "@mezzotint/contracts/recipe";
import { expect, test } from "vitest";
import { parseA1111Parameters } from "@mezzotint/contracts/a1111-parameters";
import { encodeRecipePng } from "./encode-recipe-png.ts";
import { readMetadata } from "./metadata.ts";

const recipe: Recipe = {
  version: 1,
  model: { name: "mini", hash: "0123456789abcdef".repeat(4) },
  prompt: "红苹果, glossy",
  negativePrompt: null,
  scheduler: { _class_name: "DPMSolverMultistepScheduler", use_karras_sigmas: true },
  steps: 20,
  guidanceScale: 2.5,
  guidanceRescale: 0,
  eta: 0,
  width: 8,
  height: 16,
  seed: "18446744073709551615",
  generator: "torch-cpu",
};

test("a PNG carries its recipe whole, and in words other programs read", async () => {
  const png = await encodeRecipePng({ width: 8, height: 16, data: new Uint8Array(8 * 16 * 3).fill(200) }, recipe);
  const metadata = readMetadata(png);
  expect(Recipe.parse(metadata.recipe)).toEqual(recipe);
  expect(parseA1111Parameters(metadata.parameters ?? "")).toEqual({
    prompt: "红苹果, glossy",
    negativePrompt: "",
    steps: 20,
    sampler: "DPM++ 2M Karras",
    guidanceScale: 2.5,
    seed: "18446744073709551615",
    width: 8,
    height: 16,
    modelName: "mini",
    modelHash: "0123456789",
  });
});
