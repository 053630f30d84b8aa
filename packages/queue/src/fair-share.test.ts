import { createDatabase } from "@mezzotint/db/client";
import type { JobLane } from "@mezzotint/db/enums";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeEach, expect, test } from "vitest";
import { claimJobs, type ClaimWish } from "./claim-jobs.ts";
import { enqueue } from "./enqueue.ts";
import { finishJobs } from "./finish-jobs.ts";
import { LANES, type ClaimedJob } from "./job-state.ts";
import { readLine } from "./read-line.ts";
import { requeueJob } from "./requeue-job.ts";
import { openWorkerSession, type WorkerSession } from "./worker-session.ts";

const databaseUrl = await useTestDatabase();
const database = createDatabase(databaseUrl);
const db = database.prisma;
let session: WorkerSession;
let addedAtMs = Date.now();

type Who = Awaited<ReturnType<typeof createTeam>>;

beforeEach(async () => {
  await db.job.deleteMany();
  await db.usage.deleteMany();
  session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid });
  return () => session.close();
});
afterAll(() => database.close());

function add(
  { teamId, userId }: Who,
  options: { lane?: JobLane; costSeconds?: number; modelHash?: string } = {},
): Promise<string> {
  const { lane = "interactive", costSeconds = 1, modelHash = null } = options;
  const payload = { kind: "generate", generationId: "gen_x" } as const;
  return enqueue(db, { payload, lane, costSeconds, modelHash, teamId, userId, now: new Date(addedAtMs++) });
}

function claim(changes: Partial<ClaimWish> = {}): Promise<ClaimedJob[]> {
  const wish = { leaseMs: 60_000, count: 1, lanes: LANES, warmModelHash: null, runningMax: 100 };
  return claimJobs(db, { workerId: session.workerId, ...wish, ...changes });
}

async function finish(jobs: readonly ClaimedJob[], deviceSeconds: number): Promise<void> {
  const run = { provider: "cpu", runtime: "test", elapsedMs: 1, deviceSeconds };
  const ended = await finishJobs(
    db,
    jobs.map(({ jobId, attemptId }) => ({ jobId, attemptId, state: "done", ...run })),
  );
  expect(ended.size).toBe(jobs.length);
}

/** Serves so many claims of one job, each costing its device what `secondsOf` says; returns whose they were. */
async function serve(count: number, secondsOf: (job: ClaimedJob) => number): Promise<ClaimedJob[]> {
  const served: ClaimedJob[] = [];
  for (let i = 0; i < count; i++) {
    const jobs = await claim();
    for (const job of jobs) await finish([job], secondsOf(job));
    served.push(...jobs);
  }
  return served;
}

async function announce(name: string): Promise<string> {
  const hash = name.repeat(64);
  await db.model.upsert({ where: { hash }, create: { hash, name, info: {} }, update: {} });
  await db.workerModel.create({ data: { workerId: session.workerId, modelHash: hash } });
  return hash;
}

test("teams share device seconds, not turns: who asks for long jobs gets fewer of them", async () => {
  const [long, short] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 20; i++) await Promise.all([add(long, { costSeconds: 8 }), add(short, { costSeconds: 2 })]);
  const served = await serve(20, ({ userId }) => (userId === long.userId ? 8 : 2));
  const longCount = served.filter(({ userId }) => userId === long.userId).length;
  expect(longCount).toBe(4);
});

test("a wrong prediction is corrected when the attempt ends: what counts is what it took", async () => {
  const [boaster, honest] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 10; i++)
    await Promise.all([add(boaster, { costSeconds: 0.01 }), add(honest, { costSeconds: 5 })]);
  const served = await serve(10, () => 5);
  expect(served.filter(({ userId }) => userId === boaster.userId)).toHaveLength(5);
});

test("within a team its people share as teams do, and a large team gets no more than a small one", async () => {
  const first = await createTeam(db);
  const second = await createTeam(db, { teamId: first.teamId, role: "member" });
  const alone = await createTeam(db);
  for (const who of [first, second, alone]) for (let i = 0; i < 8; i++) await add(who);
  const served = await serve(8, () => 1);
  const counts = [first, second, alone].map((who) => served.filter(({ userId }) => userId === who.userId).length);
  expect(counts).toEqual([2, 2, 4]);
});

test("what runs counts as used: a claim of several shares them out like several claims", async () => {
  const [one, other] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 6; i++) await add(one);
  for (let i = 0; i < 2; i++) await add(other);
  const jobs = await claim({ count: 4 });
  expect(jobs.map(({ userId }) => userId)).toEqual([one, other, one, other].map(({ userId }) => userId));
  expect((await claim({ count: 10 })).map(({ userId }) => userId)).toEqual(Array(4).fill(one.userId));
  expect(await claim({ count: 10 })).toEqual([]);
});

test("use is forgotten: after a few half-lives yesterday's hog is served like everybody", async () => {
  const [hog, guest] = [await createTeam(db), await createTeam(db)];
  const longAgo = new Date(Date.now() - 40_000_000);
  await db.usage.create({ data: { teamId: hog.teamId, userId: hog.userId, seconds: 1_000, updatedAt: longAgo } });
  await db.usage.create({
    data: { teamId: guest.teamId, userId: guest.userId, seconds: 1, updatedAt: new Date() },
  });
  await add(guest);
  await add(hog);
  expect((await claim()).map(({ userId }) => userId)).toEqual([hog.userId]);
});

test("the batch lane gets its share of a busy worker and no more, and everything of an idle one", async () => {
  const [person, runs] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 40; i++) await Promise.all([add(person), add(runs, { lane: "batch" })]);
  const served = await serve(40, () => 1);
  expect(served.filter(({ userId }) => userId === runs.userId)).toHaveLength(4);
  await db.job.deleteMany({ where: { userId: person.userId } });
  expect((await claim()).map(({ userId }) => userId)).toEqual([runs.userId]);
  expect(await claim({ lanes: ["interactive"] })).toEqual([]);
});

test("the loaded model may go early, but only by as much as loading costs", async () => {
  const [warm, cold] = [await announce("a"), await announce("b")];
  const [one, other] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 12; i++) await add(other, { modelHash: cold, costSeconds: 2.1 });
  for (let i = 0; i < 12; i++) await add(one, { modelHash: warm, costSeconds: 2.1 });
  const order: string[] = [];
  for (let i = 0; i < 10; i++) {
    const jobs = await claim({ warmModelHash: warm });
    order.push(...jobs.map(({ modelHash }) => modelHash?.at(0) ?? ""));
    await finish(jobs, 2.1);
  }
  // Eight seconds ahead are four jobs of two and a bit; then both in turn.
  expect(order.join("")).toBe("aaaabababa");
});

test("a claim of several is of one model", async () => {
  const [first, second] = [await announce("a"), await announce("b")];
  const who = await createTeam(db);
  for (const modelHash of [first, second, first, second]) await add(who, { modelHash });
  expect((await claim({ count: 8 })).map(({ modelHash }) => modelHash)).toEqual([first, first]);
  expect((await claim({ count: 8 })).map(({ modelHash }) => modelHash)).toEqual([second, second]);
});

test("nobody has more running than the cap, while others go on", async () => {
  const [hog, guest] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 5; i++) await add(hog);
  const jobs = await claim({ count: 5, runningMax: 2 });
  expect(jobs).toHaveLength(2);
  expect(await claim({ runningMax: 2 })).toEqual([]);
  await add(guest);
  expect(await claim({ runningMax: 2 })).toHaveLength(1);
  await finish(jobs.slice(0, 1), 1);
  expect(await claim({ count: 5, runningMax: 2 })).toHaveLength(1);
});

test("one who waits hears how many go first, whose they are and what they cost", async () => {
  const [me, other, third] = [await createTeam(db), await createTeam(db), await createTeam(db)];
  await add(other, { costSeconds: 3 });
  await add(me, { costSeconds: 4 });
  await add(third, { costSeconds: 5 });
  const mine = await add(me, { costSeconds: 6 });
  const batch = await add(me, { lane: "batch" });
  const line = await readLine(db, [mine, batch]);
  expect(line.get(mine)).toEqual({ jobId: mine, ahead: 3, secondsAhead: 12, teamsAhead: 2, ownAhead: 1 });
  expect(line.get(batch)).toMatchObject({ ahead: 4, secondsAhead: 18, ownAhead: 2 });
});

test("device seconds are charged once, whichever way an attempt ends", async () => {
  const who = await createTeam(db);
  for (let i = 0; i < 3; i++) await add(who);
  const [released, done, failed] = await claim({ count: 3 });
  if (released === undefined || done === undefined || failed === undefined) throw new Error("3 jobs expected");
  await db.attempt.update({ where: { id: released.attemptId }, data: { startedAt: new Date(Date.now() - 9_000) } });
  for (let twice = 0; twice < 2; twice++) {
    await requeueJob(db, { ...released, error: null, delayMs: 0 });
    await finishJobs(db, [
      { ...done, state: "done", provider: "cpu", runtime: "test", elapsedMs: 1, deviceSeconds: 30 },
      { ...failed, state: "failed", error: { code: "INTERNAL", message: "no" } },
    ]);
  }
  const attempts = await db.attempt.findMany({ where: { job: { userId: who.userId } } });
  const sum = attempts.reduce((total, attempt) => total + (attempt.deviceSeconds ?? Number.NaN), 0);
  expect(sum).toBeGreaterThan(38.9);
  const { seconds } = await db.usage.findFirstOrThrow({ where: who });
  expect(seconds).toBeGreaterThan(sum * 0.98);
  expect(seconds).toBeLessThanOrEqual(sum);
  const worker = await db.worker.findUniqueOrThrow({ where: { id: session.workerId } });
  expect(worker.interactiveSeconds).toBeCloseTo(seconds, 0);
});
