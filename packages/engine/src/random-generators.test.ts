import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GENERATOR_IDS } from "@mezzotint/contracts/catalogue";
import { GenerationRequest, recipeOfRequest } from "@mezzotint/contracts/generation";
import { expect, test } from "vitest";
import { generateImages } from "./generate-images.ts";
import { loadModel } from "./load-model.ts";
import { createGenerator, restoreGenerator } from "./random-generators.ts";
import { writeTinyModel } from "./testing/tiny-model.ts";

test("the generators are torch's of the CPU and of CUDA, and NumPy's", () => {
  expect(GENERATOR_IDS).toEqual(["torch-cpu", "philox", "numpy-legacy"]);
});

test.each(GENERATOR_IDS)("%s: names itself in its state, which continues its stream", (id) => {
  const generator = createGenerator(id, "4294967295");
  generator.normal([1, 4, 5, 5]);
  const state = generator.state();
  expect(state.generator).toBe(id);
  expect(restoreGenerator(JSON.parse(JSON.stringify(state))).normal([21])).toEqual(generator.normal([21]));
});

test("the same seed gives other numbers by each generator", () => {
  const firsts = GENERATOR_IDS.map((id) => createGenerator(id, "0").normal([16])[0]);
  expect(new Set(firsts).size).toBe(GENERATOR_IDS.length);
});

test("a seed that a generator cannot take is refused with the numbers", () => {
  expect(() => createGenerator("numpy-legacy", "4294967296")).toThrow("takes 0 to 4294967295, got 4294967296");
  expect(createGenerator("philox", "18446744073709551615").normal([1])).toHaveLength(1);
});

test("a recipe's generator draws the first latents of its picture", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "mezzotint-generators-"));
  const folder = path.join(root, "tiny");
  await writeTinyModel(folder);
  const model = await loadModel(folder, { threads: 1 });
  try {
    const { name, defaults } = model.info;
    const request = GenerationRequest.parse({ model: name, prompt: "a print", ...defaults });
    const pictures: string[] = [];
    for (const generator of GENERATOR_IDS) {
      const recipe = { ...recipeOfRequest(request, model.info, "5"), generator };
      const { images } = await generateImages(model, { recipe, count: 1 });
      expect(images[0]?.recipe.generator).toBe(generator);
      pictures.push(Buffer.from(images[0]?.pixels ?? []).toString("base64"));
    }
    expect(new Set(pictures).size).toBe(GENERATOR_IDS.length);
  } finally {
    await model.dispose();
    await rm(root, { recursive: true, force: true });
  }
});
