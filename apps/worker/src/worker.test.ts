import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenerationRequestInput, GenerationView } from "@mezzotint/contracts/generation";
import { GENERATION_CHANNEL, GenerationEvent } from "@mezzotint/contracts/progress";
import { createDatabase } from "@mezzotint/db/client";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { cancelGeneration } from "@mezzotint/services/generation/cancel";
import { getGeneration } from "@mezzotint/services/generation/get";
import { markWatched } from "@mezzotint/services/generation/mark-watched";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { getImage } from "@mezzotint/services/image/get";
import { openImageFile } from "@mezzotint/services/image/open-file";
import { openStageFile } from "@mezzotint/services/image/open-stage-file";
import { uploadSource } from "@mezzotint/services/source/upload";
import { encodePng } from "@mezzotint/image/encode-png";
import { listModels } from "@mezzotint/services/model/list";
import { actAs, MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import type { ServiceContext } from "@mezzotint/services/context";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runWorker, type RunningWorker, type WorkerSettings, type WorkerTimes } from "./run-worker.ts";
import { createPlainEngine } from "./testing/plain-engine.ts";
import { startWorkerProcess, type WorkerProcess } from "./testing/worker-process.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-worker-"));
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
const listener = createListener(databaseUrl);
const events: GenerationEvent[] = [];
/** Far more steps than any test waits for. */
const ENDLESS = { steps: 1_000, count: 16 } as const;
const TIMES: WorkerTimes = { leaseMs: 2_000, sweepMs: 50 };
let person: ServiceContext;
let workers: RunningWorker[] = [];
let processes: WorkerProcess[] = [];

beforeAll(async () => {
  listener.subscribe(GENERATION_CHANNEL, (payload) => events.push(GenerationEvent.parse(JSON.parse(payload))));
  await listener.ready();
  await base.db.prisma.model.create({ data: { hash: MODEL.hash, name: MODEL.name, info: MODEL } });
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
});
afterEach(async () => {
  for (const child of processes) child.signal("SIGKILL");
  await Promise.all([...workers.map((worker) => worker.stop(0)), ...processes.map((child) => child.exited)]);
  [workers, processes] = [[], []];
});
afterAll(async () => {
  await listener.close();
  await base.db.close();
  await rm(folder, { recursive: true });
});

async function startWorker(
  options: { stepMs?: number; folder?: string; times?: WorkerTimes; capacity?: number } = {},
): Promise<RunningWorker> {
  const environment: WorkerSettings = {
    databaseUrl,
    storageFolder: options.folder ?? folder,
    modelFolders: [],
    threads: 1,
    capacity: options.capacity ?? 1,
    lanes: ["interactive", "batch"],
  };
  const engine = createPlainEngine({ stepMs: options.stepMs ?? 1 });
  const worker = await runWorker({
    environment,
    engines: [engine],
    log: () => undefined,
    times: options.times ?? TIMES,
  });
  workers.push(worker);
  return worker;
}

async function startProcess(stepMs: number, drainMs = 10_000): Promise<WorkerProcess> {
  const child = startWorkerProcess("plain", {
    DATABASE_URL: databaseUrl,
    MEZZOTINT_STORAGE: folder,
    MEZZOTINT_CAPACITY: "1",
    MEZZOTINT_DRAIN_MS: String(drainMs),
    STEP_MS: String(stepMs),
  });
  processes.push(child);
  await child.heard("ready");
  return child;
}

async function request(changes: Partial<GenerationRequestInput> = {}): Promise<string> {
  return (await requestGeneration({ ctx: person, input: requestOf(changes) })).id;
}

function get(generationId: string): Promise<GenerationView> {
  return getGeneration({ ctx: person, input: { generationId } });
}

function reach(generationId: string, status: GenerationView["status"]): Promise<GenerationView> {
  return expect
    .poll(async () => (await get(generationId)).status, { interval: 20 })
    .toBe(status)
    .then(() => get(generationId));
}

async function attemptsOf(generationId: string) {
  return base.db.prisma.attempt.findMany({
    where: { job: { generation: { id: generationId } } },
    orderBy: { startedAt: "asc" },
    select: { outcome: true, errorMessage: true, provider: true, runtime: true, workerId: true },
  });
}

test("what stages made, and an embedding, is stored with the picture, and the last of it is the picture", async () => {
  const waiting = await request({ prompt: "cascade", seed: "7" });
  await startWorker();
  const [image] = (await reach(waiting, "succeeded")).images;
  const imageId = image?.id ?? "";
  const { stages, hasEmbedding } = await getImage({ ctx: person, input: { imageId } });
  expect(hasEmbedding).toBe(true);
  expect(stages).toMatchObject([
    { index: 0, name: "stage_1", seed: "7", width: 32, height: 32, elapsedMs: 1 },
    { index: 1, name: "stage_2", seed: "7", width: 64, height: 64, elapsedMs: 1 },
  ]);
  const last = await openStageFile({ ctx: person, input: { imageId, index: 1 } });
  expect(last.bytes).toEqual((await openImageFile({ ctx: person, input: { imageId } })).bytes);
});

test("a generation whose source is gone from storage fails once, and says which file", async () => {
  const bytes = await encodePng({ width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) });
  const source = await uploadSource({ ctx: person, input: { kind: "image" }, bytes });
  const waiting = await request({ source: source.id, strength: 0.5 });
  const key = (await get(waiting)).recipe.source ?? "";
  await base.storage.remove(key);
  await startWorker();
  const { error } = await reach(waiting, "failed");
  expect(error).toEqual({
    code: "NOT_FOUND",
    message: `The picture it starts from is gone: ${key} is not in storage any more.`,
  });
  expect(await attemptsOf(waiting)).toHaveLength(1);
});

test("a worker announces its models and draws what waits, telling how far it is", async () => {
  const waiting = await request({ count: 2, seed: "40", steps: 50 });
  expect(await listModels({ ctx: person })).toMatchObject([{ name: "mini", available: false }]);
  await startWorker({ stepMs: 10 });
  expect(await listModels({ ctx: person })).toMatchObject([{ name: "mini", available: true }]);
  const beganMs = performance.now();
  const { images } = await reach(waiting, "succeeded");
  const elapsedMs = performance.now() - beganMs;
  expect(images.map(({ seed }) => seed)).toEqual(["40", "41"]);
  for (const { id: imageId, sizeBytes } of images) {
    const { bytes } = await openImageFile({ ctx: person, input: { imageId } });
    expect(bytes.length).toBe(sizeBytes);
  }
  expect(await attemptsOf(waiting)).toMatchObject([
    { outcome: "succeeded", provider: "cpu", runtime: "onnxruntime none" },
  ]);
  const steps = events.flatMap((event) =>
    event.type === "progress" && event.generationId === waiting ? [event.step] : [],
  );
  // A hundred steps, and never more than four events a second.
  expect(steps.length).toBeGreaterThan(1);
  expect(steps.length).toBeLessThan(Math.max(20, elapsedMs / 200));
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
});

test("previews are made once somebody looks, and only of what they look at", async () => {
  await startWorker({ stepMs: 10, capacity: 2 });
  const [seen, unseen] = [await request(ENDLESS), await request(ENDLESS)];
  const previewsOf = (id: string) =>
    events.flatMap((event) => (event.type === "progress" && event.generationId === id ? [event.preview] : []));
  for (const id of [seen, unseen])
    await expect.poll(() => previewsOf(id).length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(new Set([...previewsOf(seen), ...previewsOf(unseen)])).toEqual(new Set([null]));
  await markWatched({ ctx: person, input: { generationIds: [seen] } });
  await expect.poll(() => previewsOf(seen).at(-1), { timeout: 20_000 }).toMatch(/^data:image/);
  const length = previewsOf(unseen).length;
  await expect.poll(() => previewsOf(unseen).length, { timeout: 20_000 }).toBeGreaterThan(length);
  expect(new Set(previewsOf(unseen))).toEqual(new Set([null]));
  for (const id of [seen, unseen]) {
    await cancelGeneration({ ctx: person, input: { generationId: id } });
    await reach(id, "cancelled");
  }
});

test("two workers share what waits, and each generation is drawn once", async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => request()));
  await Promise.all([startWorker({ stepMs: 100 }), startWorker({ stepMs: 100 })]);
  await Promise.all(ids.map((id) => reach(id, "succeeded")));
  const attempts = (await Promise.all(ids.map(attemptsOf))).flat();
  expect(attempts.map(({ outcome }) => outcome)).toEqual(ids.map(() => "succeeded"));
  expect(new Set(attempts.map(({ workerId }) => workerId)).size).toBe(2);
});

test("a worker runs as many generations at once as fit, and a wish to cancel one stops that one only", async () => {
  await startWorker({ stepMs: 20, capacity: 2 });
  const [first, second, third] = [await request(), await request(ENDLESS), await request()];
  await reach(second, "running");
  await reach(first, "succeeded");
  await reach(third, "succeeded");
  expect((await get(second)).status).toBe("running");
  await cancelGeneration({ ctx: person, input: { generationId: second } });
  await reach(second, "cancelled");
  const worker = await startWorker({ stepMs: 20, capacity: 3 });
  const several = [await request(ENDLESS), await request(ENDLESS)];
  for (const id of several) await reach(id, "running");
  await worker.stop(0);
  for (const id of several) {
    await cancelGeneration({ ctx: person, input: { generationId: id } });
    await reach(id, "cancelled");
  }
});

test("kill -9 of a worker mid-generation: another draws the picture, once", async () => {
  const child = await startProcess(100);
  const id = await request({ steps: 1_000 });
  await child.heard("claimed");
  await expect.poll(async () => (await get(id)).progress?.step ?? 0).toBeGreaterThan(1);
  await startWorker();
  child.signal("SIGKILL");
  expect(await child.exited).toEqual({ code: null, signal: "SIGKILL" });
  const view = await reach(id, "succeeded");
  expect(view).toMatchObject({ attempts: 2, error: null });
  expect(view.images).toHaveLength(1);
  expect(await attemptsOf(id)).toMatchObject([
    { outcome: "lost", errorMessage: "The worker is gone." },
    { outcome: "succeeded" },
  ]);
});

test("a worker that is told to stop finishes what it has, or hands it back when that takes too long", async () => {
  // The hasty one would need far longer than the signal takes to come.
  const [patient, hasty] = [await startProcess(150, 300_000), await startProcess(3_000, 0)];
  const ids = [await request({ steps: 20 }), await request({ steps: 20 })];
  await Promise.all([patient.heard("claimed"), hasty.heard("claimed")]);
  for (const child of [patient, hasty]) child.signal("SIGTERM");
  expect(await Promise.all([patient.exited, hasty.exited])).toEqual(Array(2).fill({ code: 0, signal: null }));
  const statuses = (await Promise.all(ids.map(get))).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual(["queued", "succeeded"]);
  await startWorker();
  await Promise.all(ids.map((id) => reach(id, "succeeded")));
  const outcomes = (await Promise.all(ids.map(attemptsOf))).flat().map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === "released")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "succeeded")).toHaveLength(2);
});

test("two wishes to stop at once end a worker as cleanly as one", async () => {
  const worker = await startWorker({ stepMs: 20 });
  const id = await request({ steps: 1_000 });
  await reach(id, "running");
  await Promise.all([worker.stop(60_000), worker.stop(0)]);
  expect(await get(id)).toMatchObject({ status: "queued", attempts: 1 });
  await cancelGeneration({ ctx: person, input: { generationId: id } });
});

test("a worker whose parent is gone hands back what it has and ends", async () => {
  const child = await startProcess(50);
  const id = await request({ steps: 1_000 });
  await child.heard("claimed");
  child.disconnect();
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(await get(id)).toMatchObject({ status: "queued", attempts: 1 });
  await cancelGeneration({ ctx: person, input: { generationId: id } });
});

test("cancelling stops a running generation at its next step, and the worker takes the next", async () => {
  await startWorker({ stepMs: 20, times: { leaseMs: 60_000, sweepMs: 1_000 } });
  const endless = await request(ENDLESS);
  const next = await request();
  await reach(endless, "running");
  await cancelGeneration({ ctx: person, input: { generationId: endless } });
  expect(await reach(endless, "cancelled")).toMatchObject({ images: [], error: null, attempts: 1 });
  await reach(next, "succeeded");
  expect(await attemptsOf(endless)).toMatchObject([{ outcome: "cancelled" }]);
});

test("a crash is tried again, a corrupt model is not, and both say so", async () => {
  await startWorker();
  const [once, corrupt] = [await request({ prompt: "crash once" }), await request({ prompt: "corrupt" })];
  expect(await reach(corrupt, "failed")).toMatchObject({
    attempts: 1,
    error: { code: "MODEL_CORRUPT", message: "vae: expected ab, got cd" },
  });
  expect(await reach(once, "succeeded")).toMatchObject({ attempts: 2, error: null });
  expect(await attemptsOf(once)).toMatchObject([{ outcome: "failed" }, { outcome: "succeeded" }]);
});

test("storage that fails is tried again later, and the picture arrives once it is back", async () => {
  const own = join(folder, "vanishing");
  const worker = await startWorker({ folder: own });
  await rm(own, { recursive: true });
  const id = await request();
  await expect
    .poll(() => attemptsOf(id))
    .toMatchObject([{ outcome: "failed", errorMessage: expect.stringContaining("the folder is gone") }]);
  await worker.stop(0);
  workers = [];
  await startWorker();
  await reach(id, "succeeded");
});

test("a picture outlives the loss of every database connection while it is drawn", async () => {
  await startWorker({ stepMs: 10 });
  const id = await request({ steps: 60 });
  await reach(id, "running");
  await base.db.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  const { images } = await reach(id, "succeeded");
  expect(images).toHaveLength(1);
});

test("no half-written file stays in storage", async () => {
  const names = await readdir(folder, { recursive: true });
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
});
