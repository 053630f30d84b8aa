import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenerationRequestInput } from "@mezzotint/contracts/generation";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { createDatabase } from "@mezzotint/db/client";
import type { JobLane } from "@mezzotint/db/enums";
import { createTeam } from "@mezzotint/db/testing/create-team";
import type { ServiceContext } from "@mezzotint/services/context";
import { readOverview } from "@mezzotint/services/admin/read-overview";
import { getGeneration } from "@mezzotint/services/generation/get";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { importPromptSet } from "@mezzotint/services/prompt-set/import";
import { createRun } from "@mezzotint/services/run/create";
import { actAs, MODEL, requestOf } from "@mezzotint/services/testing/fixture";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { runWorker, type RunningWorker } from "./run-worker.ts";
import { createGatedEngine, type GatedEngine } from "./testing/gated-engine.ts";

const OTHER: ModelInfo = { ...MODEL, name: "other", hash: "d".repeat(64) };
const POLL = { interval: 20 } as const;

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-slots-"));
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let person: ServiceContext;
let worker: RunningWorker | null = null;

beforeAll(async () => {
  for (const info of [MODEL, OTHER]) {
    await base.db.prisma.model.create({ data: { hash: info.hash, name: info.name, info } });
  }
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
});
afterEach(async () => {
  await worker?.stop(0);
  worker = null;
  await base.db.prisma.job.deleteMany();
  await base.db.prisma.usage.deleteMany();
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

async function start(options: {
  engines: readonly [GatedEngine, ...GatedEngine[]];
  capacity: number;
  lanes?: JobLane[];
}): Promise<void> {
  const { engines, capacity, lanes = ["interactive", "batch"] } = options;
  const environment = { databaseUrl, storageFolder: folder, modelFolders: [], threads: 1, capacity, lanes };
  worker = await runWorker({ environment, engines, log: () => undefined });
}

async function request(changes: Partial<GenerationRequestInput> = {}): Promise<string> {
  return (await requestGeneration({ ctx: person, input: requestOf(changes) })).id;
}

async function statusOf(generationId: string): Promise<string> {
  return (await getGeneration({ ctx: person, input: { generationId } })).status;
}

const open = () => createGatedEngine([MODEL, OTHER]);

test("the devices of a worker share what waits evenly, and the row says how many there are", async () => {
  const engines = [open(), open()] as const;
  const ids = await Promise.all(Array.from({ length: 6 }, () => request()));
  await start({ engines, capacity: 3 });
  await expect.poll(() => engines.map((engine) => engine.held().length), POLL).toEqual([3, 3]);
  const row = await base.db.prisma.worker.findUniqueOrThrow({ where: { id: worker?.workerId ?? "" } });
  expect(row).toMatchObject({ slots: 2, devices: ["cpu", "cpu"], lane: null });
  for (const engine of engines) engine.open();
  for (const id of ids) await expect.poll(() => statusOf(id), POLL).toBe("succeeded");
  const ran = { provider: "cpu", providerVersion: "none", precision: "fp32", runtime: "onnxruntime none" };
  expect(await base.db.prisma.attempt.findMany()).toMatchObject(ids.map(() => ran));
  const userId = person.actor.kind === "user" ? person.actor.userId : "";
  await base.db.prisma.user.update({ where: { id: userId }, data: { role: "admin" } });
  const { workers, lanes } = await readOverview({ ctx: person });
  expect(lanes.map(({ oldestSeconds }) => oldestSeconds)).toEqual([null, null]);
  expect(workers).toMatchObject([{ slots: 2, devices: ["cpu", "cpu"], providerVersion: "none", precision: "fp32" }]);
});

test("an idle device takes one job, and then as many again as it has, until it is full", async () => {
  const engine = open();
  await Promise.all(Array.from({ length: 9 }, () => request()));
  await start({ engines: [engine], capacity: 7 });
  await expect.poll(() => engine.held().length, POLL).toBe(7);
  const attempts = await base.db.prisma.attempt.findMany();
  expect(attempts).toHaveLength(7);
  // Jobs of one claim have the time of its transaction: 1, 1, 2 and 3 of them.
  expect(new Set(attempts.map(({ startedAt }) => startedAt.getTime())).size).toBeLessThanOrEqual(4);
});

test("the model that is loaded goes first among what is fair", async () => {
  const engine = open();
  const first = await request({ model: OTHER.name });
  await start({ engines: [engine], capacity: 1 });
  await expect.poll(() => engine.held().length, POLL).toBe(1);
  const cold = await request({ model: MODEL.name });
  const warm = await request({ model: OTHER.name });
  engine.letGo();
  await expect.poll(() => statusOf(first), POLL).toBe("succeeded");
  await expect.poll(() => engine.held().map(({ name }) => name), POLL).toEqual([OTHER.name]);
  expect([await statusOf(cold), await statusOf(warm)]).toEqual(["queued", "running"]);
});

test("a worker of one lane leaves the other alone", async () => {
  const engine = open();
  const interactive = await request();
  const { promptSet } = await importPromptSet({ ctx: person, input: { title: "One", text: "red apple" } });
  const { prompt: _, ...settings } = requestOf();
  const input = { ...settings, name: "one", promptSetId: promptSet.id, seedCount: 1 };
  const { id: runId } = await createRun({ ctx: person, input });
  const statusOfRun = async () => {
    const { status } = await base.db.prisma.generation.findFirstOrThrow({ where: { runId } });
    return status;
  };
  await start({ engines: [engine], capacity: 4, lanes: ["batch"] });
  await expect.poll(statusOfRun, POLL).toBe("running");
  const row = await base.db.prisma.worker.findUniqueOrThrow({ where: { id: worker?.workerId ?? "" } });
  expect(row).toMatchObject({ slots: 1, lane: "batch" });
  // It would have gone first.
  expect(await statusOf(interactive)).toBe("queued");
});
