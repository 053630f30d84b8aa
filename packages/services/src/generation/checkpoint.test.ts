import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import type { WorkerJob } from "../job/claim.ts";
import { settleJob, type Verdict } from "../job/settle.ts";
import { sweepJobs } from "../job/sweep.ts";
import { announceModels } from "../model/announce.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { cancelGeneration } from "./cancel.ts";
import { readCheckpoint } from "./read-checkpoint.ts";
import { requestGeneration } from "./request.ts";
import { saveCheckpoint } from "./save-checkpoint.ts";

const folder = await mkdtemp(join(tmpdir(), "mezzotint-checkpoint-"));
const base: ServiceContext = {
  db: createDatabase(await useTestDatabase()),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let worker: ServiceContext;
let person: ServiceContext;
let generationId: string;
let job: WorkerJob;

beforeEach(async () => {
  await base.db.prisma.job.deleteMany();
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
  person = actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
  generationId = (await requestGeneration({ ctx: person, input: requestOf() })).id;
  job = await claimOne(worker);
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true });
});

function save({ jobId, attemptId }: WorkerJob, ...contents: readonly number[]): Promise<boolean> {
  const states = contents.map((byte, image) => ({ image, content: Uint8Array.of(byte, 0, 255) }));
  return saveCheckpoint({ ctx: worker, input: { jobId, attemptId, states } });
}

async function read({ jobId, attemptId }: WorkerJob): Promise<(number | undefined)[]> {
  const states = await readCheckpoint({ ctx: worker, input: { jobId, attemptId } });
  expect(states.map(({ image }) => image)).toEqual(states.map((_, index) => index));
  for (const { content } of states) expect([...content.subarray(1)]).toEqual([0, 255]);
  return states.map(({ content }) => content[0]);
}

function settle({ jobId, attemptId }: WorkerJob, verdict: Verdict): Promise<boolean> {
  return settleJob({ ctx: worker, input: { jobId, attemptId, verdict } });
}

test("the next attempt reads what the last saved of each picture; one that lost its job neither saves nor reads", async () => {
  expect(await read(job)).toEqual([]);
  expect(await save(job, 1, 2)).toBe(true);
  expect(await save(job, 3)).toBe(true);
  await settle(job, { kind: "released" });
  expect(await save(job, 4)).toBe(false);
  const next = await claimOne(worker);
  expect(next.jobId).toBe(job.jobId);
  expect(await save(job, 5)).toBe(false);
  expect(await read(job)).toEqual([]);
  expect(await read(next)).toEqual([3, 2]);
  await expect(save({ ...job, jobId: "none" }, 6)).resolves.toBe(false);
  await expect(saveCheckpoint({ ctx: person, input: { ...next, states: [] } })).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

const ENDS: Record<string, () => Promise<unknown>> = {
  done: () => completeClaimed(worker, job),
  failed: () => settle(job, { kind: "failed", error: { code: "INTERNAL", message: "no" } }),
  cancelled: () => settle(job, { kind: "cancelled" }),
  "cancelled while it waits": async () => {
    await settle(job, { kind: "released" });
    await cancelGeneration({ ctx: person, input: { generationId } });
  },
  "cancelled when its worker is lost": async () => {
    await cancelGeneration({ ctx: person, input: { generationId } });
    await sweepJobs({ ctx: worker });
  },
};

test.each(Object.keys(ENDS))("nothing is kept of a job that is %s", async (end) => {
  expect(await save(job, 1, 2)).toBe(true);
  await ENDS[end]?.();
  const { state } = await base.db.prisma.job.findUniqueOrThrow({ where: { id: job.jobId } });
  expect(["done", "failed", "cancelled"]).toContain(state);
  expect(await base.db.prisma.checkpoint.count()).toBe(0);
});
