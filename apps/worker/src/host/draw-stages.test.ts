import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GenerationRequest, recipeOfRequest } from "@mezzotint/contracts/generation";
import { writeTinyCascade } from "@mezzotint/engine/testing/tiny-cascade";
import { writeTinyUnclip } from "@mezzotint/engine/testing/tiny-unclip";
import { decodeImage } from "@mezzotint/image/decode-image";
import { afterAll, expect, test } from "vitest";
import { createEngineHost } from "./engine-host.ts";

const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-stages-"));
await writeTinyCascade(path.join(folder, "cascade"));
await writeTinyUnclip(path.join(folder, "unclip"));
const host = createEngineHost({ modelFolders: [folder], threads: 1, killGraceMs: 10_000, progressIntervalMs: 0 });
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

const quiet = { count: 1, preview: () => false, onProgress: () => undefined, signal: new AbortController().signal };

async function modelNamed(wanted: string) {
  const model = (await host.describeModels()).find(({ name }) => name === wanted);
  if (model === undefined) throw new Error(JSON.stringify(host.problems));
  return model;
}

test("what unCLIP decoded a picture from comes back as a file, which another seed draws anew", async () => {
  const model = await modelNamed("unclip");
  const request = { ...model.defaults, model: model.name, prompt: "red apple" };
  const recipe = recipeOfRequest(GenerationRequest.parse(request), model, "7");
  const [image] = (await host.generate({ ...quiet, recipe })).images;
  const kept = image?.imageEmbedding;
  if (kept === undefined) throw new Error("no embedding");
  const named = { ...recipe, seed: "8", imageEmbedding: createHash("sha256").update(kept).digest("hex") };
  const [other] = (await host.generate({ ...quiet, recipe: named, imageEmbedding: kept })).images;
  expect(other?.imageEmbedding).toEqual(kept);
  expect(other?.png).not.toEqual(image?.png);
  await expect(host.generate({ ...quiet, recipe: named })).rejects.toMatchObject({ code: "INVALID_INPUT" });
});

test("the pictures of all stages come back, and a later stage runs again on the kept file", async () => {
  const cascade = await modelNamed("cascade");
  const words = { ...cascade.defaults, model: cascade.name, prompt: "red apple", steps: 4 };
  const stages = [{ steps: 3, guidanceScale: 2, noiseLevel: 50 }];
  const recipe = { ...recipeOfRequest(GenerationRequest.parse(words), cascade, "7"), stages };
  const [image] = (await host.generate({ ...quiet, recipe })).images;
  const [base, last] = image?.stages ?? [];
  if (image === undefined || base === undefined) throw new Error("no stages");
  expect(image.stages.map(({ name, seed, width }) => [name, seed, width])).toEqual([
    ["base", "7", 16],
    ["enlarge", "7", 32],
  ]);
  expect(last?.png).toEqual(image.png);
  expect(image.stages.every(({ elapsedMs }) => elapsedMs !== null && elapsedMs > 0)).toBe(true);
  const stageInput = { stage: 1, picture: createHash("sha256").update(base.png).digest("hex") };
  const again = await host.generate({ ...quiet, recipe: { ...recipe, stageInput }, stageInput: base.png });
  expect(again.images[0]?.stages.map(({ name }) => name)).toEqual(["enlarge"]);
  expect((await decodeImage(again.images[0]?.png ?? new Uint8Array())).data).toEqual(
    (await decodeImage(image.png)).data,
  );
});
