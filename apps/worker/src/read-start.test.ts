import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { afterAll, expect, test } from "vitest";
import { readStart } from "./read-start.ts";

const folder = await mkdtemp(join(tmpdir(), "mezzotint-start-"));
const storage = createFileStorage(folder);
afterAll(() => rm(folder, { recursive: true }));

const recipe: Recipe = {
  version: 1,
  model: { name: "mini", hash: "a".repeat(64) },
  prompt: "owl",
  negativePrompt: null,
  scheduler: { _class_name: "DDIMScheduler" },
  steps: 4,
  guidanceScale: 1,
  guidanceRescale: 0,
  eta: 0,
  width: 64,
  height: 64,
  seed: "1",
  generator: "torch-cpu",
};

test("a recipe of words alone reads nothing; one that names files reads them", async () => {
  expect(await readStart(storage, recipe)).toEqual({});
  const [source, mask] = [await storage.put(Uint8Array.of(1)), await storage.put(Uint8Array.of(2))];
  expect(await readStart(storage, { ...recipe, source })).toEqual({ source: Uint8Array.of(1) });
  expect(await readStart(storage, { ...recipe, source, mask })).toEqual({
    source: Uint8Array.of(1),
    mask: Uint8Array.of(2),
  });
});

test("what a picture is decoded from is read by its hash", async () => {
  const imageEmbedding = await storage.put(Uint8Array.of(0, 0, 128, 63));
  expect(await readStart(storage, { ...recipe, imageEmbedding })).toEqual({
    imageEmbedding: Uint8Array.of(0, 0, 128, 63),
  });
  const gone = "c".repeat(64);
  await expect(readStart(storage, { ...recipe, imageEmbedding: gone })).rejects.toThrow(`is gone: ${gone}`);
});

test("a file that is gone is named, and the reason is not one to try again for", async () => {
  const source = await storage.put(Uint8Array.of(3));
  const gone = "b".repeat(64);
  await expect(readStart(storage, { ...recipe, source: gone })).rejects.toMatchObject({
    code: "NOT_FOUND",
    retryable: false,
    message: `The picture it starts from is gone: ${gone} is not in storage any more.`,
  });
  await expect(readStart(storage, { ...recipe, source, mask: gone })).rejects.toThrow("The mask is gone");
});
