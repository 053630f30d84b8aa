import { GENERATION_CHANNEL, JOB_CHANNEL } from "@mezzotint/contracts/progress";
import { createListener } from "@mezzotint/db/listen";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import { releaseJob } from "@mezzotint/services/admin/release-job";
import { UNFINISHED_MAX } from "@mezzotint/services/generation/request";
import { listModels } from "@mezzotint/services/model/list";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEngineHost } from "../host/engine-host.ts";
import { runWorker } from "../run-worker.ts";
import { createPlainEngine } from "../testing/plain-engine.ts";
import type { WorkerProcess } from "../testing/worker-process.ts";
import { openLine } from "./cut-line.ts";
import { DATABASE_KILLS, IS_LONG, LIMIT_MS, WORKER_KILLS } from "./fault-scale.ts";
import { openFaultStack, type FaultStack } from "./fault-stack.ts";
import { readViolations } from "./read-violations.ts";
import { STORAGE_FAULTS } from "./storage-faults.ts";

const POLL = { timeout: LIMIT_MS, interval: 50 } as const;
const log = () => undefined;

const summary: Record<string, unknown>[] = [];
let stack: FaultStack;
let hasClockJumped = false;

beforeAll(async () => {
  stack = await openFaultStack();
}, LIMIT_MS);
afterAll(async () => {
  await stack.close();
  if (IS_LONG) console.table(summary);
}, LIMIT_MS);

function countUnfinished(): Promise<number> {
  return stack.person.db.prisma.generation.count({ where: { status: { in: ["queued", "running"] } } });
}

/** Waits until nothing moves any more, giving quarantined jobs the chance an administrator would; then all must hold. */
async function settle(fault: string, details: Record<string, unknown> = {}): Promise<void> {
  const { prisma } = stack.person.db;
  let released = 0;
  const countMoving = async () => {
    for (const { id } of await prisma.job.findMany({ where: { quarantinedAt: { not: null } } })) {
      await releaseJob({ ctx: stack.person, input: { jobId: id } });
      released++;
    }
    return countUnfinished();
  };
  await expect.poll(countMoving, POLL).toBe(0);
  expect(stack.acknowledged.length).toBeGreaterThan(0);
  expect(await readViolations(stack.person, stack.acknowledged, { hasClockJumped })).toEqual([]);
  summary.push({ fault, ...details, "requests so far": stack.acknowledged.length, released, violations: 0 });
}

/** An attempt that runs now, and the process it runs in. */
async function findRunning(): Promise<{ id: string; pid: number }> {
  const find = () =>
    stack.person.db.prisma.attempt.findFirst({
      where: { outcome: null, step: { gt: 0 } },
      select: { id: true, worker: { select: { pid: true } } },
    });
  await expect.poll(find, POLL).not.toBeNull();
  const running = await find();
  return running === null ? findRunning() : { id: running.id, pid: running.worker.pid };
}

async function end(...workers: WorkerProcess[]): Promise<void> {
  for (const worker of workers) worker.signal("SIGKILL");
  await Promise.all(workers.map((worker) => worker.exited));
}

test(
  "workers die by kill -9 in mid-picture: every picture comes, and once",
  async () => {
    const { prisma } = stack.person.db;
    let workers: WorkerProcess[] = await Promise.all([stack.startWorker(), stack.startWorker()]);
    const takenBackMs: number[] = [];
    while (takenBackMs.length < WORKER_KILLS) {
      await Promise.all([stack.request({ steps: 60 }), stack.request({ steps: 60 })]);
      const { id, pid } = await findRunning();
      const victim = workers.find((worker) => worker.pid === pid);
      if (victim === undefined) throw new Error(`process ${pid} is none of the workers`);
      victim.signal("SIGKILL");
      const killedMs = Date.now();
      await victim.exited;
      workers = workers.filter((worker) => worker !== victim);
      const findEnded = () => prisma.attempt.findFirst({ where: { id, outcome: { not: null } } });
      await expect.poll(findEnded, POLL).not.toBeNull();
      const ended = await findEnded();
      // One that finished between look and kill proves nothing and does not count.
      if (ended?.outcome === "lost" && ended.endedAt !== null) takenBackMs.push(ended.endedAt.getTime() - killedMs);
      if (takenBackMs.length < WORKER_KILLS) workers.push(await stack.startWorker());
    }
    const median = takenBackMs.toSorted((a, b) => a - b)[takenBackMs.length >> 1];
    await settle("kill -9 of a worker", {
      times: WORKER_KILLS,
      "taken back after (ms, median)": median,
      "(ms, most)": Math.max(...takenBackMs),
    });
    await end(...workers);
  },
  LIMIT_MS,
);

test(
  "an engine host dies by kill -9 in mid-picture: its attempt is tried again, to the same picture",
  async () => {
    await writeTinyModel(`${stack.folder}/models/tiny`);
    const engine = createEngineHost({ modelFolders: [`${stack.folder}/models`], threads: 1, killGraceMs: 3_000 });
    const worker = await runWorker({ environment: stack.environment, engines: [engine], log });
    const tiny = (await listModels({ ctx: stack.person })).find(({ name }) => name === "tiny");
    if (tiny === undefined) throw new Error("the worker did not announce its model");
    const { guidanceScale, width, height, scheduler } = tiny.defaults;
    const recipe = { model: "tiny", guidanceScale, width, height, scheduler, seed: "7", steps: 600 };
    const struck = await stack.request(recipe);
    const { id } = await findRunning();
    if (engine.pid === undefined) throw new Error("the engine host draws and has no process");
    process.kill(engine.pid, "SIGKILL");
    const undisturbed = await stack.request(recipe);
    await settle("kill -9 of an engine host", { times: 1 });
    const { prisma } = stack.person.db;
    const attempt = await prisma.attempt.findUniqueOrThrow({ where: { id } });
    expect(attempt).toMatchObject({ outcome: "failed", errorCode: "ENGINE_CRASHED" });
    const images = await prisma.image.findMany({ where: { generationId: { in: [struck ?? "", undisturbed ?? ""] } } });
    expect(images).toHaveLength(2);
    expect(images[0]?.storageKey).toBe(images[1]?.storageKey);
    await worker.stop(0);
  },
  LIMIT_MS,
);

test(
  "the database dies by kill -9 and restarts cleanly while pictures are drawn: workers and listeners come back",
  async () => {
    const engine = createPlainEngine({ stepMs: 10 });
    const worker = await runWorker({ environment: stack.environment, engines: [engine], log });
    const listener = createListener(stack.databaseUrl);
    let [heard, reconnections] = [0, 0];
    listener.subscribe(GENERATION_CHANNEL, () => heard++);
    listener.onReconnect(() => reconnections++);
    await listener.ready();
    let refused = 0;
    for (let kill = 0; kill < DATABASE_KILLS; kill++) {
      for (const signal of ["SIGKILL", "SIGINT"] as const) {
        // The strikes come faster than one worker draws, and a person may have only so many unfinished.
        await expect.poll(countUnfinished, POLL).toBeLessThan(UNFINISHED_MAX / 2);
        await stack.request({ steps: 40 });
        await findRunning();
        const [before, strike] = [reconnections, stack.strikeDatabase(signal)];
        while ((await stack.request({ steps: 5 })) === null) refused++;
        await strike;
        await expect.poll(() => reconnections, POLL).toBeGreaterThan(before);
        heard = 0;
        await stack.request({ steps: 5 });
        await expect.poll(() => heard, POLL).toBeGreaterThan(0);
      }
    }
    await settle("kill -9 and restart of the database", { times: 2 * DATABASE_KILLS, "requests refused": refused });
    await listener.close();
    await worker.stop(0);
  },
  LIMIT_MS,
);

test(
  "a worker cut off from the database loses its job to another, and its late picture counts for nothing",
  async () => {
    const line = await openLine(stack.databaseUrl);
    const times = { leaseMs: 2_000, sweepMs: 100 };
    const cut = { ...stack.environment, databaseUrl: line.url };
    const cutOff = await runWorker({ environment: cut, engines: [createPlainEngine({ stepMs: 20 })], log, times });
    await stack.request({ steps: 60 });
    const { id } = await findRunning();
    line.cut();
    const engine = createPlainEngine({ stepMs: 1 });
    const other = await runWorker({ environment: stack.environment, engines: [engine], log, times });
    await settle("worker cut off from the database", { times: 1 });
    line.mend();
    // What the worker did meanwhile arrives now; another request shows that it has its wits together.
    await other.stop(0);
    await stack.request({ steps: 1 });
    await settle("line mended", { times: 1 });
    const attempt = await stack.person.db.prisma.attempt.findUniqueOrThrow({ where: { id } });
    expect(attempt).toMatchObject({ outcome: "lost", errorMessage: "The worker did not renew its lease." });
    await cutOff.stop(0);
    await line.close();
  },
  LIMIT_MS,
);

test(
  "storage that is gone, read-only or full for a while costs time and no picture",
  async () => {
    const { storageFolder, person } = stack;
    const engine = createPlainEngine({ stepMs: 1 });
    const worker = await runWorker({ environment: stack.environment, engines: [engine], log });
    for (const { name, words, begin } of STORAGE_FAULTS) {
      const undo = await begin(storageFolder);
      if (undo === null) {
        console.log(`Storage that is ${name}: left out, because this process may not mount a small disk.`);
        continue;
      }
      try {
        const id = await stack.request({ steps: 5 });
        const countFailed = () =>
          person.db.prisma.attempt.count({
            where: {
              job: { generation: { id: id ?? "" } },
              errorCode: "STORAGE_UNAVAILABLE",
              errorMessage: { contains: words },
            },
          });
        await expect.poll(countFailed, POLL).toBeGreaterThan(0);
      } finally {
        await undo();
      }
      await settle(`storage ${name}`, { times: 1 });
    }
    await worker.stop(0);
  },
  LIMIT_MS,
);

test(
  "clocks that jump and messages that come twice neither lose nor double anything, and blame no job",
  async () => {
    const { pool, prisma } = stack.person.db;
    const engine = createPlainEngine({ stepMs: 10 });
    const worker = await runWorker({ environment: stack.environment, engines: [engine], log });
    hasClockJumped = true;
    for (const jump of ["1 hour", "-1 hour"]) {
      const ids = await Promise.all([10, 30, 30].map((steps) => stack.request({ steps })));
      await findRunning();
      // A clock that jumps ahead is, to the rows, the same as rows that move back.
      await pool.query(`UPDATE job SET lease_until = lease_until - $1::interval WHERE state = 'running'`, [jump]);
      await pool.query(`UPDATE job SET run_at = run_at - $1::interval WHERE state = 'queued'`, [jump]);
      await pool.query(`UPDATE usage SET updated_at = updated_at - $1::interval`, [jump]);
      const jobs = await prisma.job.findMany({ where: { generation: { id: { in: ids.map(String) } } } });
      for (const { id } of [...jobs, ...jobs, ...jobs]) {
        await pool.query("SELECT pg_notify($1, $2), pg_notify($3, 'no event')", [JOB_CHANNEL, id, GENERATION_CHANNEL]);
      }
      await settle(`clock jumps by ${jump}, messages twice`, { times: 1 });
    }
    expect(await prisma.job.count({ where: { quarantinedAt: { not: null } } })).toBe(0);
    await worker.stop(0);
  },
  LIMIT_MS,
);
