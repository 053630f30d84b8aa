import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { afterAll, describe, expect, test } from "vitest";
import { generateImages, type GenerateOptions } from "./generate-images.ts";
import { loadModel } from "./load-model.ts";
import { writeTinyModel } from "./testing/tiny-model.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-source-"));
await writeTinyModel(path.join(scratch, "tiny"));
const flow = await loadModel(path.join(scratch, "tiny"), { threads: 1 });
const fixtures = path.join(import.meta.dirname, "__fixtures__/pipelines");
const diffusion = await loadModel(path.join(fixtures, "tiny-sd"), { threads: 1 });
afterAll(async () => {
  await flow.dispose();
  await diffusion.dispose();
  await rm(scratch, { recursive: true });
});

const noise = createTorchNormal(1n).normal([90, 70, 3]);
const source = { width: 70, height: 90, pixels: Uint8Array.from(noise, (value) => 128 + 50 * value) };
const mask = { width: 32, height: 32, pixels: Uint8Array.from({ length: 1_024 }, (_, i) => (i % 32 < 16 ? 0 : 255)) };
const NAMED = { source: "1".repeat(64) } as const;

function optionsFor(
  { info }: typeof flow,
  recipe: Partial<Recipe>,
  options: Partial<GenerateOptions> = {},
): GenerateOptions {
  const [scheduler] = info.schedulers;
  if (scheduler === undefined) throw new Error("no scheduler");
  const words = { prompt: "a red apple", negativePrompt: null, guidanceScale: 4, guidanceRescale: 0, eta: 0 };
  const rest = { version: 1, width: 64, height: 64, seed: "7", generator: "torch-cpu", steps: 10 } as const;
  const model = { name: info.name, hash: info.hash };
  return { recipe: { ...rest, ...words, model, scheduler, ...recipe }, count: 1, ...options };
}

async function draw(model: typeof flow, recipe: Partial<Recipe>, options: Partial<GenerateOptions> = {}) {
  const { images } = await generateImages(model, optionsFor(model, recipe, options));
  return images.map(({ pixels }) => pixels);
}

describe.each([
  ["flow matching", flow],
  ["stable diffusion", diffusion],
])("%s", (_, model) => {
  test("strength decides the steps done and how far a picture leaves its source", async () => {
    const counted: number[] = [];
    const onStep = ({ step, steps }: { step: number; steps: number }) => void counted.push(step / steps);
    const [weak] = await draw(model, { ...NAMED, strength: 0.2 }, { source, onStep });
    expect(counted).toEqual([0.5, 1]);
    const [strong] = await draw(model, NAMED, { source, strength: 1 });
    const [unlike] = await draw(model, {});
    expect(weak).not.toEqual(strong);
    expect(strong).not.toEqual(unlike);
  });

  test("a picture from a source depends on no company, and the mask decides pixels", async () => {
    const recipe = { ...NAMED, mask: "2".repeat(64), strength: 0.7 };
    const [alone] = await draw(model, recipe, { source, mask });
    const together = await draw(model, recipe, { source, mask, count: 2 });
    expect(together[0]).toEqual(alone);
    expect(together[1]).not.toEqual(alone);
    expect(await draw(model, { ...NAMED, strength: 0.7 }, { source })).not.toEqual([alone]);
  });
});

test("what is held is the same picture whatever is drawn beside it", async () => {
  // The tiny decoder of the flow model paints each latent pixel by itself, so held latents are held pixels.
  const recipe = { ...NAMED, mask: "2".repeat(64), strength: 1 };
  const [one] = await draw(flow, { ...recipe, prompt: "a whale" }, { source, mask });
  const [other] = await draw(flow, { ...recipe, prompt: "a red apple" }, { source, mask });
  const differing = Array.from(one ?? [], (value, i) => (value === other?.[i] ? -1 : Math.floor(i / 3) % 64));
  const columns = new Set(differing.filter((column) => column >= 0));
  expect(columns.size).toBeGreaterThan(16);
  expect(Math.min(...columns)).toBe(32);
});

test("sources that make no sense are refused with the numbers", async () => {
  const refused = (recipe: Partial<Recipe>, options: Partial<GenerateOptions>) =>
    expect(generateImages(diffusion, optionsFor(diffusion, recipe, options))).rejects;
  const masked = { ...NAMED, mask: "2".repeat(64) };
  await refused(NAMED, { source, strength: 0 }).toThrow("strength: 0 of 10 steps leaves none");
  await refused(NAMED, { source, strength: Number.NaN }).toMatchObject({ code: "INVALID_INPUT" });
  await refused({ ...NAMED, guidanceScale: Number.NaN }, { source }).toMatchObject({ code: "INVALID_INPUT" });
  await refused(NAMED, {}).toThrow(`source: the recipe names ${NAMED.source}, none was given`);
  await refused({}, { source }).toThrow("source: the recipe names none, 70 × 90 pixels were given");
  await refused({ mask: "2".repeat(64) }, { mask }).toThrow("a mask needs a source");
  await refused(masked, { source, mask: { ...mask, width: 33 } }).toThrow("33 × 32 pixels of 1 bytes, got 1024 bytes");
  await refused(NAMED, { source: { ...source, height: 0 } }).toThrow("70 × 0 pixels of 3 bytes");
});
