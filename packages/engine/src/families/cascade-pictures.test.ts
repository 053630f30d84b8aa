import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { afterAll, expect, test } from "vitest";
import { describeModel } from "../describe-model.ts";
import { generateImages, type GenerateOptions } from "../generate-images.ts";
import { loadModel } from "../load-model.ts";
import { writeTinyCascade } from "../testing/tiny-cascade.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-cascade-"));
const folder = path.join(scratch, "tiny-cascade");
await writeTinyCascade(folder);
const model = await loadModel(folder, { threads: 1 });
afterAll(async () => {
  await model.dispose();
  await rm(scratch, { recursive: true });
});

const PICTURE = "f".repeat(64);

async function draw(changes: Partial<Recipe> = {}, options: Partial<GenerateOptions> = {}) {
  const { info } = model;
  const [scheduler] = info.schedulers;
  if (scheduler === undefined) throw new Error("no scheduler");
  const words = { prompt: "a red apple", negativePrompt: null, guidanceScale: 3, guidanceRescale: 0, eta: 0 };
  const rest = { version: 1, width: 32, height: 32, seed: "7", generator: "torch-cpu", steps: 5 } as const;
  const stages = [{ steps: 4, guidanceScale: 2, noiseLevel: 100 }];
  const model_ = { name: info.name, hash: info.hash };
  const recipe: Recipe = { ...rest, ...words, model: model_, scheduler, stages, ...changes };
  return (await generateImages(model, { recipe, count: 1, ...options })).images;
}

test("a cascade is one model: its stages are described, and every stage's picture is kept", async () => {
  expect(model.info).toMatchObject({ family: "pixel-cascade", sizeMultiple: 4, source: "none", mask: "none" });
  expect(model.info.defaults).toMatchObject({ width: 32, height: 32, steps: 100 });
  expect(model.info.stages).toEqual([
    { name: "base", width: 16, height: 16, steps: 100, guidanceScale: 7, noiseLevel: 0 },
    { name: "enlarge", width: 32, height: 32, steps: 50, guidanceScale: 4, noiseLevel: 250 },
  ]);
  const counted: string[] = [];
  const onStep: GenerateOptions["onStep"] = ({ step, steps, latentShape }) =>
    void counted.push(`${step}/${steps} ${latentShape.join("x")}`);
  const [image] = await draw({}, { onStep });
  expect(counted[0]).toBe("1/9 1x3x16x16");
  expect(counted.at(-1)).toBe("9/9 1x3x32x32");
  expect(image?.stages?.map(({ name, width, seed }) => [name, width, seed])).toEqual([
    ["base", 16, "7"],
    ["enlarge", 32, "7"],
  ]);
  expect(image?.stages?.at(-1)?.pixels).toEqual(image?.pixels);
  expect((await draw({ width: 64, height: 32 }))[0]?.stages?.[0]).toMatchObject({ width: 32, height: 16 });
});

test("a later stage alone, on what was kept, makes the same picture; another seed or level another", async () => {
  const [whole] = await draw();
  const stageInput = whole?.stages?.[0];
  if (stageInput === undefined) throw new Error("no stage");
  const again = { stageInput: { stage: 1, picture: PICTURE } };
  const [alone] = await draw(again, { stageInput });
  expect(alone?.pixels).toEqual(whole?.pixels);
  expect(alone?.stages?.map(({ name }) => name)).toEqual(["enlarge"]);
  const stages = [{ steps: 4, guidanceScale: 2, noiseLevel: 100, seed: "8" }];
  const [reseeded] = await draw({ ...again, stages }, { stageInput });
  expect(reseeded?.pixels).not.toEqual(whole?.pixels);
  expect(reseeded?.stages?.[0]?.seed).toBe("8");
  const [noisier] = await draw({ ...again, stages: [{ steps: 4, guidanceScale: 2, noiseLevel: 900 }] }, { stageInput });
  expect(noisier?.pixels).not.toEqual(whole?.pixels);
});

test("a picture of a cascade depends on no company", async () => {
  const together = await draw({}, { count: 3, together: 3 });
  for (const [i, image] of together.entries()) {
    const [alone] = await draw({ seed: String(7 + i) });
    const pictures = (drawn: typeof image | undefined) => drawn?.stages?.map(({ name, pixels }) => ({ name, pixels }));
    expect(pictures(alone)).toEqual(pictures(image));
    expect(pictures(image)).toHaveLength(2);
    expect(image.stages?.every(({ elapsedMs }) => elapsedMs !== null && elapsedMs > 0)).toBe(true);
  }
});

test("what a cascade does not know is refused with the numbers", async () => {
  const stageInput = { width: 16, height: 16, pixels: new Uint8Array(16 * 16 * 3) };
  const named = { stage: 1, picture: PICTURE };
  await expect(draw({ stageInput: named })).rejects.toThrow(`the recipe names ${PICTURE}, none was given`);
  await expect(draw({}, { stageInput })).rejects.toThrow("the recipe names none, 16 × 16 were given");
  await expect(draw({ stageInput: { ...named, stage: 3 } }, { stageInput })).rejects.toThrow("has 2 stages, got 3");
  const [one] = [{ steps: 4, guidanceScale: 2, noiseLevel: 100 }];
  await expect(draw({ stages: [one, one] })).rejects.toThrow("1 later stages, got settings for 2");
  await expect(draw({ clipSkip: 1, apg: { eta: 0, rescale: 0, momentum: 0 } })).rejects.toThrow("no clipSkip, apg");
  await expect(draw({ width: 30 })).rejects.toThrow("multiple of 4 pixels, got 30");
});

test("folders whose stages do not follow on one another are corrupt", async () => {
  const damaged = async (name: string, index: object) => {
    const copy = path.join(scratch, name);
    await cp(folder, copy, { recursive: true });
    await writeFile(
      path.join(copy, "model_index.json"),
      JSON.stringify({ _class_name: "MezzotintCascadePipeline", ...index }),
    );
    return describeModel(copy);
  };
  await expect(damaged("swapped", { stages: ["enlarge", "base"] })).rejects.toThrow(
    "expected a stage that draws from words",
  );
  await expect(damaged("one", { stages: ["base"] })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  await expect(damaged("none", {})).rejects.toThrow("2 stages or more, got 0");
  await expect(damaged("outside", { stages: ["base", "../enlarge"] })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  await expect(damaged("missing", { stages: ["base", "third"] })).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE" });
});
