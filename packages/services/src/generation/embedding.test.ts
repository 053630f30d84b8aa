import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenerationRequestInput } from "@mezzotint/contracts/generation";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { recipeId } from "@mezzotint/contracts/recipe";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { getImage } from "../image/get.ts";
import { announceModels } from "../model/announce.ts";
import { actAs, claimOne, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { completeGeneration } from "./complete.ts";
import { getGeneration } from "./get.ts";
import { getOrder } from "./get-order.ts";
import { requestGeneration } from "./request.ts";

const UNCLIP: ModelInfo = { ...MODEL, name: "unclip", hash: "d".repeat(64), family: "unclip" };
const folder = await mkdtemp(join(tmpdir(), "mezzotint-embedding-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let worker: ServiceContext;
let person: ServiceContext;
let stranger: ServiceContext;

beforeAll(async () => {
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL, UNCLIP] } });
  const signIn = async () => actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
  [person, stranger] = [await signIn(), await signIn()];
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

function ask(changes: Partial<GenerationRequestInput>, ctx = person) {
  return requestGeneration({ ctx, input: requestOf({ model: "unclip", ...changes }) });
}

/** Draws what waits; the embedding is that of unCLIP, or null. */
async function draw(embeddingKey: string | null): Promise<string> {
  const { jobId, attemptId, payload } = await claimOne(worker);
  if (payload.kind !== "generate") throw new Error(`claimed ${payload.kind}`);
  const { generationId } = payload;
  const { recipe } = await getOrder({ ctx: worker, input: { generationId } });
  const file = { storageKey: await base.storage.put(Uint8Array.of(1)), sizeBytes: 1, width: 64, height: 64 };
  const images = [{ recipeId: await recipeId(recipe), embeddingKey, ...file }];
  const run = { provider: "cpu", runtime: "test", elapsedMs: 1 };
  await completeGeneration({ ctx: worker, input: { jobId, attemptId, generationId, ...run, images } });
  const [image] = (await getGeneration({ ctx: person, input: { generationId } })).images;
  return image?.id ?? "";
}

test("what a picture was decoded from is kept, and drawn again for whoever may see the picture", async () => {
  await ask({ seed: "7" });
  const hash = await base.storage.put(Uint8Array.of(0, 0, 128, 63));
  const imageId = await draw(hash);
  expect(await getImage({ ctx: person, input: { imageId } })).toMatchObject({ hasEmbedding: true });

  const byImage = await ask({ imageEmbedding: { imageId }, seed: "8" });
  expect(byImage.recipe).toMatchObject({ imageEmbedding: hash, seed: "8" });
  const again = await draw(hash);
  expect((await ask({ imageEmbedding: { hash } })).recipe.imageEmbedding).toBe(hash);
  await draw(hash);
  expect(again).not.toBe(imageId);

  for (const imageEmbedding of [{ imageId }, { hash }]) {
    await expect(ask({ imageEmbedding }, stranger)).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
});

test("a picture without one, and a model that draws none, say so", async () => {
  await ask({});
  const imageId = await draw(null);
  expect(await getImage({ ctx: person, input: { imageId } })).toMatchObject({ hasEmbedding: false });
  await expect(ask({ imageEmbedding: { imageId } })).rejects.toThrow("is not kept; its words can be drawn again");
  await expect(ask({ model: MODEL.name, imageEmbedding: { imageId } })).rejects.toThrow(
    "cannot draw what another model kept of a picture",
  );
  const both = { imageEmbedding: { imageId }, source: "src_1", strength: 1 };
  await expect(ask(both)).rejects.toThrow("not both");
});
