import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GENERATION_CHANNEL, GenerationEvent } from "@mezzotint/contracts/progress";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import { decodeImage } from "@mezzotint/image/decode-image";
import type { ServiceContext } from "@mezzotint/services/context";
import { getGeneration } from "@mezzotint/services/generation/get";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { openImageFile } from "@mezzotint/services/image/open-file";
import { listModels } from "@mezzotint/services/model/list";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startWorkerProcess, type WorkerProcess } from "./testing/worker-process.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-main-"));
const db = createDatabase(databaseUrl);
const storage = createFileStorage(join(folder, "files"));
let ctx: ServiceContext;
let workers: WorkerProcess[] = [];

beforeAll(async () => {
  await writeTinyModel(join(folder, "models", "tiny"));
  const actor = { kind: "user", ...(await createTeam(db.prisma)) } as const;
  ctx = { db, storage, actor, now: () => new Date() };
});
afterEach(async () => {
  for (const worker of workers) worker.signal("SIGKILL");
  await Promise.all(workers.map((worker) => worker.exited));
  workers = [];
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

async function startWorker(more: Record<string, string> = {}): Promise<WorkerProcess> {
  const worker = startWorkerProcess("real", {
    DATABASE_URL: databaseUrl,
    MEZZOTINT_ROOT: folder,
    MEZZOTINT_STORAGE: join(folder, "files"),
    MEZZOTINT_THREADS: "1",
    ...more,
  });
  workers.push(worker);
  await worker.heard("ready");
  return worker;
}

async function request(steps: number): Promise<string> {
  const [model] = await listModels({ ctx });
  if (model === undefined) throw new Error("no worker announced a model");
  const { guidanceScale, width, height, scheduler } = model.defaults;
  const input = { model: model.name, prompt: "a red apple", seed: "7", steps, guidanceScale, width, height, scheduler };
  return (await requestGeneration({ ctx, input })).id;
}

async function pictureOf(generationId: string): Promise<Uint8Array> {
  const get = () => getGeneration({ ctx, input: { generationId } });
  await expect.poll(async () => (await get()).status, { interval: 50 }).toBe("succeeded");
  const { images } = await get();
  expect(images).toHaveLength(1);
  return (await openImageFile({ ctx, input: { imageId: images[0]?.id ?? "" } })).bytes;
}

test("the real worker dies by kill -9 while it draws; another draws the same picture as if nothing had been", async () => {
  const first = await startWorker();
  const id = await request(600);
  await first.heard("claimed");
  await expect
    .poll(async () => (await getGeneration({ ctx, input: { generationId: id } })).progress?.step ?? 0)
    .toBeGreaterThan(0);
  first.signal("SIGKILL");
  const second = await startWorker();
  const bytes = await pictureOf(id);
  expect(await getGeneration({ ctx, input: { generationId: id } })).toMatchObject({ attempts: 2, error: null });
  expect(await decodeImage(bytes)).toMatchObject({ width: 64, height: 64 });
  // Same recipe, same picture: the undisturbed drawing of it is the same file.
  expect(await pictureOf(await request(600))).toEqual(bytes);
  second.signal("SIGTERM");
  expect(await second.exited).toEqual({ code: 0, signal: null });
});

test("a picture goes on where a killed worker left it, and where a stopped one did, to the same bytes", async () => {
  const checkpoints = { MEZZOTINT_CHECKPOINT_AFTER_MS: "0" };
  const first = await startWorker(checkpoints);
  const id = await request(1_000);
  const stepNow = async () => (await getGeneration({ ctx, input: { generationId: id } })).progress?.step ?? 0;
  const kept = () => db.prisma.checkpoint.findMany({ where: { job: { generation: { id } } } });
  await expect.poll(stepNow).toBeGreaterThan(20);
  await expect.poll(async () => (await kept()).length, { interval: 5 }).toBe(1);
  first.signal("SIGKILL");
  await first.exited;

  const steps: number[] = [];
  const listener = createListener(databaseUrl);
  listener.subscribe(GENERATION_CHANNEL, (payload) => {
    const event = GenerationEvent.parse(JSON.parse(payload));
    if (event.type === "progress" && event.generationId === id) steps.push(event.step);
  });
  await listener.ready();
  const second = await startWorker({ ...checkpoints, MEZZOTINT_DRAIN_MS: "0" });
  expect(await second.heard("resumed")).toMatchObject({ images: [0] });
  await expect.poll(() => steps.length, { interval: 5 }).toBeGreaterThan(0);
  // What draws from the beginning tells its first step first; no state is kept before the fourth.
  expect(steps[0]).toBeGreaterThan(4);
  second.signal("SIGTERM");
  expect(await second.exited).toEqual({ code: 0, signal: null });
  const stoppedAt = steps.at(-1) ?? 0;
  steps.length = 0;

  const third = await startWorker();
  await third.heard("resumed");
  const bytes = await pictureOf(id);
  expect(steps[0]).toBeGreaterThan(stoppedAt);
  expect(await kept()).toEqual([]);
  await listener.close();
  expect(await pictureOf(await request(1_000))).toEqual(bytes);
});
