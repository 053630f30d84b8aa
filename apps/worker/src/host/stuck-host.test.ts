import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import type { ServiceContext } from "@mezzotint/services/context";
import { getGeneration } from "@mezzotint/services/generation/get";
import { requestGeneration } from "@mezzotint/services/generation/request";
import { listModels } from "@mezzotint/services/model/list";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runWorker } from "../run-worker.ts";
import { createEngineHost } from "./engine-host.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-stuck-"));
const db = createDatabase(databaseUrl);
const storageFolder = join(folder, "files");
const models = join(folder, "models");
let ctx: ServiceContext;

beforeAll(async () => {
  await writeTinyModel(join(models, "tiny"));
  const actor = { kind: "user", ...(await createTeam(db.prisma)) } as const;
  ctx = { db, storage: createFileStorage(storageFolder), actor, now: () => new Date() };
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

const openHost = () => createEngineHost({ modelFolders: [models], threads: 1, killGraceMs: 500 });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A process that is stopped like this hears nothing and answers nothing; only SIGKILL ends it. */
function freeze(pid: number | undefined): number {
  if (pid === undefined) throw new Error("the host has no process");
  process.kill(pid, "SIGSTOP");
  return pid;
}

test("a host that does not leave when asked is killed after its grace", async () => {
  const host = openHost();
  await host.start();
  const pid = freeze(host.pid);
  await host.close();
  expect(isAlive(pid)).toBe(false);
});

test("a worker that is told to stop hands its job back although the engine is stuck, and leaves nothing running", async () => {
  const host = openHost();
  const lanes = ["interactive", "batch"] as const;
  const environment = { databaseUrl, storageFolder, modelFolders: [models], threads: 1, capacity: 1, lanes };
  const worker = await runWorker({ environment, engines: [host], log: () => undefined });
  const [tiny] = await listModels({ ctx });
  if (tiny === undefined) throw new Error("the worker announced no model");
  const { guidanceScale, width, height, scheduler } = tiny.defaults;
  const input = {
    model: "tiny",
    prompt: "red apple",
    steps: 1_000,
    count: 16,
    guidanceScale,
    width,
    height,
    scheduler,
  };
  const { id } = await requestGeneration({ ctx, input });
  const view = () => getGeneration({ ctx, input: { generationId: id } });
  await expect.poll(async () => (await view()).progress?.step ?? 0, { interval: 20 }).toBeGreaterThan(0);
  const pid = freeze(host.pid);
  await worker.stop(0);
  expect(await view()).toMatchObject({ status: "queued", attempts: 1, error: null });
  const attempts = await db.prisma.attempt.findMany({ select: { outcome: true } });
  expect(attempts).toEqual([{ outcome: "released" }]);
  expect(isAlive(pid)).toBe(false);
});
