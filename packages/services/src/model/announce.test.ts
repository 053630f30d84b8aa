import { createDatabase } from "@mezzotint/db/client";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { createWorker, MODEL } from "../testing/fixture.ts";
import { announceModels } from "./announce.ts";
import { listModels } from "./list.ts";

const refuse = () => Promise.reject(new Error("models store no files"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: { put: refuse, get: refuse, has: refuse, remove: refuse },
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
afterAll(() => base.db.close());

test("a copied model folder does not keep a worker from serving, and a model that is gone is no longer served", async () => {
  const ctx = await createWorker(base);
  const other = { ...MODEL, name: "other", hash: "f".repeat(64) };
  await announceModels({ ctx, input: { models: [MODEL, { ...MODEL, name: "copy" }, other] } });
  expect(await served(ctx)).toEqual([MODEL.name, "other"]);
  expect((await listModels({ ctx })).map(({ name }) => name)).toEqual([MODEL.name, "other"]);
  await announceModels({ ctx, input: { models: [MODEL] } });
  expect(await served(ctx)).toEqual([MODEL.name]);
});

async function served({ db }: ServiceContext): Promise<string[]> {
  const rows = await db.prisma.workerModel.findMany({ select: { model: { select: { name: true } } } });
  return rows.map(({ model }) => model.name).toSorted();
}
