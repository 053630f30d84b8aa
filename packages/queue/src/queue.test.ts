import { CANCEL_CHANNEL, JOB_CHANNEL } from "@mezzotint/contracts/progress";
import { createDatabase } from "@mezzotint/db/client";
import type { JobLane } from "@mezzotint/db/enums";
import { createListener } from "@mezzotint/db/listen";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeEach, expect, test } from "vitest";
import { cancelJob } from "./cancel-job.ts";
import { claimJobs, type ClaimWish } from "./claim-jobs.ts";
import { enqueue } from "./enqueue.ts";
import { extendLease } from "./extend-lease.ts";
import { finishJob } from "./finish-job.ts";
import { LANES, type ClaimedJob } from "./job-state.ts";
import { readLine } from "./read-line.ts";
import { recordProgress } from "./record-progress.ts";
import { requeueJob } from "./requeue-job.ts";
import { sweepJobs } from "./sweep-jobs.ts";
import { openWorkerSession, type WorkerSession } from "./worker-session.ts";

const databaseUrl = await useTestDatabase();
const database = createDatabase(databaseUrl);
const db = database.prisma;
const listener = createListener(databaseUrl);
const sessions: WorkerSession[] = [];
/** Each job a millisecond after the one before: ids carry the time, and order jobs that were added within one. */
let addedAtMs = Date.now();

beforeEach(async () => {
  await db.job.deleteMany();
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await listener.close();
  await database.close();
});

async function openWorker(): Promise<string> {
  const session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid });
  sessions.push(session);
  return session.workerId;
}

async function add(
  who: { teamId: string; userId: string },
  options: { lane?: JobLane; priority?: number; modelHash?: string } = {},
): Promise<string> {
  const { lane = "interactive", priority = 0, modelHash = null } = options;
  const payload = { kind: "generate", generationId: "gen_x" } as const;
  return enqueue(db, { payload, lane, priority, modelHash, costSeconds: 1, ...who, now: new Date(addedAtMs++) });
}

async function claim(workerId: string, changes: Partial<ClaimWish> = {}): Promise<ClaimedJob[]> {
  const wish = { leaseMs: 60_000, count: 1, lanes: LANES, warmModelHash: null, runningMax: 100 };
  return claimJobs(db, { workerId, ...wish, ...changes });
}

async function claimOne(workerId: string, leaseMs = 60_000): Promise<ClaimedJob> {
  const [job] = await claim(workerId, { leaseMs });
  if (job === undefined) throw new Error("nothing to claim");
  return job;
}

async function endOf(attemptId: string) {
  return db.attempt.findUniqueOrThrow({ where: { id: attemptId }, select: { outcome: true, errorMessage: true } });
}

test("twenty workers at once claim fifty jobs, each exactly once", async () => {
  const who = await createTeam(db);
  const added = await Promise.all(Array.from({ length: 50 }, () => add(who)));
  const workers = await Promise.all(Array.from({ length: 20 }, openWorker));
  const claimed = await Promise.all(
    workers.map(async (workerId) => {
      const mine: string[] = [];
      for (;;) {
        const [job] = await claim(workerId);
        if (job === undefined) return mine;
        mine.push(job.jobId);
      }
    }),
  );
  expect(claimed.flat().toSorted()).toEqual(added.toSorted());
  expect(await db.attempt.count({ where: { jobId: { in: added } } })).toBe(50);
});

test("interactive goes before batch, everybody's first before anybody's second, then priority, then age", async () => {
  const [greedy, modest] = [await createTeam(db), await createTeam(db)];
  const batch = await add(await createTeam(db), { lane: "batch" });
  const greedyJobs = [await add(greedy), await add(greedy), await add(greedy, { priority: 5 })];
  const modestJobs = [await add(modest), await add(modest)];
  const order = [greedyJobs[2], modestJobs[0], greedyJobs[0], modestJobs[1], greedyJobs[1], batch];

  const line = await readLine(db, [...greedyJobs, ...modestJobs, batch]);
  const places = [...line.values()].toSorted((a, b) => a.ahead - b.ahead);
  expect(places.map(({ ahead }) => ahead)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(places.map(({ jobId }) => jobId)).toEqual(order);

  const workerId = await openWorker();
  const claimed: string[] = [];
  for (let place = 0; place < order.length; place++) claimed.push((await claimOne(workerId)).jobId);
  // The batch lane has its share of what a worker runs, so its job need not wait for all the others.
  expect(claimed).toEqual([order[0], batch, ...order.slice(1, -1)]);
});

test("a worker gets only jobs whose model it has announced", async () => {
  const modelHash = "a".repeat(64);
  await db.model.create({ data: { hash: modelHash, name: "mini", info: {} } });
  const jobId = await add(await createTeam(db), { modelHash });
  const [without, having] = [await openWorker(), await openWorker()];
  await db.workerModel.create({ data: { workerId: having, modelHash } });
  expect(await claim(without)).toEqual([]);
  expect((await claimOne(having)).jobId).toBe(jobId);
});

test("a late attempt changes nothing, whichever way it tries", async () => {
  const [slow, quick] = [await openWorker(), await openWorker()];
  const jobId = await add(await createTeam(db));
  const late = await claimOne(slow, 0);
  expect(await sweepJobs(db)).toMatchObject([{ jobId, state: "queued" }]);
  const current = await claimOne(quick);
  expect(current).toMatchObject({ jobId, attemptCount: 2 });

  const run = { provider: "cpu", runtime: "late", elapsedMs: 1 };
  expect(await extendLease(db, { ...late, leaseMs: 60_000 })).toBe("lost");
  expect(await recordProgress(db, { ...late, step: 1, steps: 2 })).toBe(false);
  expect(await finishJob(db, { ...late, state: "done", ...run })).toBe(false);
  expect(await finishJob(db, { ...late, state: "failed", error: { code: "INTERNAL", message: "late" } })).toBe(false);
  expect(await requeueJob(db, { ...late, error: null, delayMs: 0 })).toBeNull();
  expect(await endOf(late.attemptId)).toEqual({
    outcome: "lost",
    errorMessage: "The worker did not renew its lease.",
  });

  expect(await extendLease(db, { ...current, leaseMs: 60_000 })).toBe("held");
  expect(await finishJob(db, { ...current, state: "done", ...run })).toBe(true);
  expect(await finishJob(db, { ...current, state: "done", ...run })).toBe(false);
});

test("the sweep takes back at once what a worker held whose session ended, and after two such puts it in quarantine", async () => {
  const jobId = await add(await createTeam(db));
  for (const state of ["queued", "failed"] as const) {
    const session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid });
    const { attemptId } = await claimOne(session.workerId);
    expect(await sweepJobs(db)).toEqual([]);
    await session.close();
    const moved = await Promise.all(Array.from({ length: 5 }, () => sweepJobs(db)));
    expect(moved.flat()).toMatchObject([{ jobId, state }]);
    expect(await endOf(attemptId)).toEqual({ outcome: "lost", errorMessage: "The worker is gone." });
  }
  expect(await db.job.findUnique({ where: { id: jobId } })).toMatchObject({
    state: "failed",
    quarantinedAt: expect.any(Date),
    errorMessage: "2 workers died while they had this, so it waits for an administrator.",
  });
});

test("cancelling ends a queued job at once, and asks a running one by the name of its attempt", async () => {
  const heard: string[] = [];
  listener.subscribe(CANCEL_CHANNEL, (payload) => heard.push(payload));
  await listener.ready();
  const who = await createTeam(db);
  const workerId = await openWorker();

  expect(await cancelJob(db, await add(who))).toBe("cancelled");
  expect(await claim(workerId)).toEqual([]);

  await add(who);
  const job = await claimOne(workerId);
  expect(await cancelJob(db, job.jobId)).toBe("running");
  await expect.poll(() => heard).toEqual([job.attemptId]);
  expect(await extendLease(db, { ...job, leaseMs: 60_000 })).toBe("cancel");
  expect(await finishJob(db, { ...job, state: "cancelled" })).toBe(true);
  expect(await cancelJob(db, job.jobId)).toBe("cancelled");
});

test("a wish to cancel survives the worker: the job is cancelled, not queued again", async () => {
  const workerId = await openWorker();
  const who = await createTeam(db);
  const [released, lost] = [await add(who), await add(who)];
  const first = await claimOne(workerId);
  await cancelJob(db, first.jobId);
  expect(first.jobId).toBe(released);
  expect(await requeueJob(db, { ...first, error: null, delayMs: 0 })).toBe("cancelled");
  await claimOne(workerId, 0);
  await cancelJob(db, lost);
  expect(await sweepJobs(db)).toMatchObject([{ jobId: lost, state: "cancelled" }]);
});

test("a failure worth another try waits for its time", async () => {
  const workerId = await openWorker();
  const jobId = await add(await createTeam(db));
  const error = { code: "DEVICE_OUT_OF_MEMORY", message: "4 GiB of 2" } as const;
  expect(await requeueJob(db, { ...(await claimOne(workerId)), error, delayMs: 60_000 })).toBe("queued");
  expect(await claim(workerId)).toEqual([]);
  expect(await readLine(db, [jobId])).toEqual(new Map());
  await db.job.update({ where: { id: jobId }, data: { runAt: new Date(0) } });
  expect(await claimOne(workerId)).toMatchObject({ jobId, attemptCount: 2 });
});

test("enqueue wakes the workers at commit, and not when the transaction fails", async () => {
  const heard: string[] = [];
  listener.subscribe(JOB_CHANNEL, (payload) => heard.push(payload));
  await listener.ready();
  const who = await createTeam(db);
  const abandoned = db.$transaction(async (tx) => {
    await enqueue(tx, {
      payload: { kind: "generate", generationId: "gen_y" },
      lane: "interactive",
      modelHash: null,
      costSeconds: 1,
      ...who,
      now: new Date(),
    });
    throw new Error("changed my mind");
  });
  await expect(abandoned).rejects.toThrow("changed my mind");
  const jobId = await add(who);
  await expect.poll(() => heard).toEqual([jobId]);
});

test("a worker whose session broke is dead until it renews", async () => {
  const session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid });
  sessions.push(session);
  const jobId = await add(await createTeam(db));
  await claimOne(session.workerId);
  await db.$executeRaw`
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND objid = (SELECT lock_key::oid FROM worker WHERE id = ${session.workerId})`;
  await expect.poll(async () => (await sweepJobs(db)).map((job) => job.jobId)).toEqual([jobId]);
  await session.renew();
  await claimOne(session.workerId);
  expect(await sweepJobs(db)).toEqual([]);
});
