import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { afterAll, expect, test } from "vitest";
import { decodeEmbedding, embeddingHash, encodeEmbedding } from "../embedding-file.ts";
import { generateImages, type GenerateOptions } from "../generate-images.ts";
import { loadModel } from "../load-model.ts";
import { TINY_UNCLIP_SIDES, writeTinyUnclip } from "../testing/tiny-unclip.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-unclip-"));
await writeTinyUnclip(path.join(scratch, "tiny-unclip"));
const model = await loadModel(path.join(scratch, "tiny-unclip"), { threads: 1 });
afterAll(async () => {
  await model.dispose();
  await rm(scratch, { recursive: true });
});

async function draw(changes: Partial<Recipe> = {}, options: Partial<GenerateOptions> = {}) {
  const { info } = model;
  const [scheduler] = info.schedulers;
  const [, side] = TINY_UNCLIP_SIDES;
  if (scheduler === undefined) throw new Error("no scheduler");
  const words = { prompt: "a red apple", negativePrompt: null, guidanceScale: 3, guidanceRescale: 0, eta: 0 };
  const rest = { version: 1, width: side, height: side, seed: "7", generator: "torch-cpu", steps: 4 } as const;
  const recipe: Recipe = { ...rest, ...words, model: { name: info.name, hash: info.hash }, scheduler, ...changes };
  const [image] = (await generateImages(model, { recipe, count: 1, ...options })).images;
  if (image?.imageEmbedding === undefined) throw new Error("no embedding");
  return { ...image, imageEmbedding: image.imageEmbedding };
}

test("what the prior drew is told with the picture, and draws another one with another seed", async () => {
  expect(model.info).toMatchObject({ family: "unclip", source: "optional", defaults: { width: 32, steps: 4 } });
  const first = await draw();
  const kept = decodeEmbedding(encodeEmbedding(first.imageEmbedding));
  expect(kept).toEqual(first.imageEmbedding);
  const again = { imageEmbedding: embeddingHash(kept) };
  const other = await draw({ ...again, seed: "8" }, { imageEmbedding: kept });
  expect(other.imageEmbedding).toEqual(kept);
  expect(other.pixels).not.toEqual(first.pixels);
  expect((await draw({ ...again, seed: "8" }, { imageEmbedding: kept })).pixels).toEqual(other.pixels);
  expect((await draw({ seed: "8" })).imageEmbedding).not.toEqual(kept);
});

test("a variation is decoded from the embedding that the picture tower gives, and keeps it", async () => {
  const gradient = Uint8Array.from({ length: 20 * 20 * 3 }, (_, i) => i % 256);
  const source = { width: 20, height: 20, pixels: gradient };
  const named = { source: "a".repeat(64), strength: 1 };
  const [one, two] = [await draw(named, { source }), await draw({ ...named, seed: "8" }, { source })];
  expect(two.imageEmbedding).toEqual(one.imageEmbedding);
  expect(two.pixels).not.toEqual(one.pixels);
  expect((await draw()).imageEmbedding).not.toEqual(one.imageEmbedding);
});

test("bytes that are no embedding are refused with the numbers", () => {
  for (const length of [0, 6]) {
    expect(() => decodeEmbedding(new Uint8Array(length))).toThrow(`a multiple of 4 bytes, got ${length}`);
  }
});
