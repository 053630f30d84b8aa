import { createDatabase } from "@mezzotint/db/client";
import type { JobLane } from "@mezzotint/db/enums";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import fc from "fast-check";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { cancelJob } from "./cancel-job.ts";
import { claimJobs, type ClaimWish } from "./claim-jobs.ts";
import { enqueue } from "./enqueue.ts";
import { finishJobs } from "./finish-jobs.ts";
import { LANES, type ClaimedJob } from "./job-state.ts";
import { requeueJob } from "./requeue-job.ts";
import { sweepJobs } from "./sweep-jobs.ts";
import { tidyLine } from "./tidy-line.ts";
import { openWorkerSession, type WorkerSession } from "./worker-session.ts";

// Whole histories, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
const databaseUrl = await useTestDatabase();
const database = createDatabase(databaseUrl);
const db = database.prisma;
let session: WorkerSession;

type Who = Awaited<ReturnType<typeof createTeam>>;

beforeEach(async () => {
  await db.job.deleteMany();
  await db.usage.deleteMany();
  session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid });
  return () => session.close();
});
afterAll(() => database.close());

function add({ teamId, userId }: Who, options: { lane?: JobLane; costSeconds?: number } = {}): Promise<string> {
  const { lane = "interactive", costSeconds = 1 } = options;
  const payload = { kind: "generate", generationId: "gen_x" } as const;
  return enqueue(db, { payload, lane, costSeconds, modelHash: null, teamId, userId, now: new Date() });
}

function claim(changes: Partial<ClaimWish> = {}): Promise<ClaimedJob[]> {
  const wish = { leaseMs: 60_000, count: 1, lanes: LANES, warmModelHash: null, runningMax: 100 };
  return claimJobs(db, { workerId: session.workerId, ...wish, ...changes });
}

function finish(jobs: readonly ClaimedJob[], deviceSeconds: number): Promise<Set<string>> {
  const run = { provider: "cpu", runtime: "test", elapsedMs: 1, deviceSeconds };
  return finishJobs(
    db,
    jobs.map(({ jobId, attemptId }) => ({ jobId, attemptId, state: "done", ...run })),
  );
}

async function createPeople(): Promise<Who[]> {
  const first = await createTeam(db);
  const second = await createTeam(db, { teamId: first.teamId, role: "member" });
  return [first, second, await createTeam(db), await createTeam(db)];
}

/** Places that stand in the line without a queued job, queued jobs without a place, and places far from their account. */
async function readLineFaults(elapsedSeconds: number): Promise<unknown[]> {
  return db.$queryRaw`
    WITH waits AS (
      SELECT DISTINCT team_id, user_id, lane, coalesce(model_hash, '') AS model_hash FROM job WHERE state = 'queued'
    ), account AS (
      SELECT team_id, user_id, sum(seconds) AS seconds FROM (
        SELECT team_id, user_id, decayed(seconds, updated_at) AS seconds FROM usage
        UNION ALL SELECT team_id, user_id, cost_seconds FROM job WHERE state = 'running'
      ) AS part GROUP BY team_id, user_id
    ), people AS (
      SELECT coalesce(w.team_id, p.team_id) AS team_id, w.team_id IS NULL OR p.team_id IS NULL AS wrong, p.log_use,
        (SELECT coalesce(sum(seconds), 0) FROM account a WHERE a.team_id = p.team_id AND a.user_id = p.user_id) AS seconds
      FROM waits w FULL JOIN waiting_person p USING (team_id, user_id, lane, model_hash)
    ), teams AS (
      SELECT coalesce(w.team_id, t.team_id) AS team_id, w.team_id IS NULL OR t.team_id IS NULL AS wrong, t.log_use,
        (SELECT coalesce(sum(seconds), 0) FROM account a WHERE a.team_id = t.team_id) AS seconds
      FROM (SELECT DISTINCT team_id, lane, model_hash FROM waits) w
      FULL JOIN waiting_team t USING (team_id, lane, model_hash)
    )
    SELECT * FROM (SELECT 'person', * FROM people UNION ALL SELECT 'team', * FROM teams) AS place
    WHERE wrong OR abs(log_use - log_use(seconds)) > 0.02 + ${elapsedSeconds}::float8 / 600`;
}

/** A kind that comes more often stands there more often. */
const step = fc.record({
  kind: fc.constantFrom(
    ...(["add", "add", "add", "claim", "claim", "finish", "requeue", "cancel", "lose", "remove"] as const),
  ),
  who: fc.nat(3),
  lane: fc.constantFrom(...LANES),
  count: fc.integer({ min: 1, max: 4 }),
  which: fc.nat(100),
  seconds: fc.nat(9),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

async function take(people: readonly Who[], held: ClaimedJob[], move: Step): Promise<void> {
  const { lane, count, which, seconds } = move;
  const [job] = held.length === 0 ? [] : held.splice(which % held.length, 1);
  const person = people[move.who];
  switch (move.kind) {
    case "add":
      if (person !== undefined) await add(person, { lane, costSeconds: seconds });
      break;
    case "claim":
      held.push(...(await claim({ count })));
      break;
    case "finish":
      if (job !== undefined) await finish([job], seconds);
      return;
    case "requeue":
      if (job !== undefined) await requeueJob(db, { ...job, error: null, delayMs: seconds });
      return;
    case "lose":
      await db.job.updateMany({ where: { state: "running" }, data: { leaseUntil: new Date(0) } });
      await sweepJobs(db);
      held.length = 0;
      return;
    default: {
      const jobs = await db.job.findMany({ where: { state: { in: ["queued", "running"] } }, select: { id: true } });
      const id = jobs[which % Math.max(1, jobs.length)]?.id ?? "";
      if (move.kind === "cancel") await cancelJob(db, id);
      else await db.job.deleteMany({ where: { id } });
    }
  }
  if (job !== undefined) held.push(job);
}

test("after any history those who stand in the line are those who wait, where their accounts put them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 40 }), async (history) => {
      await db.job.deleteMany();
      await db.usage.deleteMany();
      const startedMs = performance.now();
      const people = await createPeople();
      const held: ClaimedJob[] = [];
      for (const move of history) await take(people, held, move);
      expect(await readLineFaults((performance.now() - startedMs) / 1_000)).toEqual([]);
    }),
    { numRuns: 10 },
  );
});

test("people who come and go while others claim are never lost from the line", async () => {
  const people = await createPeople();
  const added: string[] = [];
  const claimed: string[] = [];
  let adding = people.length;
  async function come(who: Who): Promise<void> {
    for (let i = 0; i < 15; i++) {
      const jobId = await add(who, { lane: i % 3 === 0 ? "batch" : "interactive" });
      if (i % 5 === 4 && (await cancelJob(db, jobId)) === "cancelled") continue;
      added.push(jobId);
    }
    adding--;
  }
  async function serve(): Promise<void> {
    for (;;) {
      const last = adding === 0;
      const jobs = await claim({ count: 2 });
      if (jobs.length === 0 && last) return;
      await finish(jobs, 1);
      claimed.push(...jobs.map(({ jobId }) => jobId));
    }
  }
  await Promise.all([...people.map(come), serve(), serve(), serve(), serve()]);
  // One asks once more: what two held of each other when they looked is free by now.
  await serve();
  expect(claimed.toSorted()).toEqual(added.toSorted());
  // Where the last two of a team or person left at the same moment, and one of them by a cancel.
  await db.$executeRaw`SELECT prune_line()`;
  expect(await db.waitingPerson.count()).toBe(0);
  expect(await db.waitingTeam.count()).toBe(0);
});

test("the last two of a team who leave at the same moment leave no place behind once their jobs have ended", async () => {
  const first = await createTeam(db);
  const second = await createTeam(db, { teamId: first.teamId, role: "member" });
  await add(first);
  await add(second);
  const jobs = await db.$transaction(async (tx) => {
    const wish = { leaseMs: 60_000, count: 1, lanes: LANES, warmModelHash: null, runningMax: 100 };
    const mine = await claimJobs(tx, { workerId: session.workerId, ...wish });
    return [...mine, ...(await claim())];
  });
  expect(jobs).toHaveLength(2);
  expect(await db.waitingPerson.count()).toBe(0);
  await finish(jobs, 1);
  expect(await db.waitingTeam.count()).toBe(0);
});

test("prune takes out who stands in the line in vain, and nobody who waits", async () => {
  const [gone, waits] = [await createTeam(db), await createTeam(db)];
  await add(waits);
  const place = { lane: "interactive", modelHash: "", logUse: 0 } as const;
  await db.waitingTeam.create({ data: { teamId: gone.teamId, ...place } });
  await db.waitingPerson.create({ data: { ...gone, ...place } });
  await db.$executeRaw`SELECT prune_line()`;
  expect(await db.waitingTeam.findMany({ select: { teamId: true } })).toEqual([{ teamId: waits.teamId }]);
  expect(await db.waitingPerson.findMany({ select: { userId: true } })).toEqual([{ userId: waits.userId }]);
});

test("teams that always want more get the same device seconds, whatever their jobs cost", async () => {
  const costs = [0.5, 1, 2, 5];
  const teams = await Promise.all(costs.map(() => createTeam(db)));
  const got = new Map(teams.map(({ userId }) => [userId, 0]));
  for (const [index, who] of teams.entries()) {
    for (let i = 0; i < 2; i++) await add(who, { costSeconds: costs[index] ?? 1 });
  }
  for (let i = 0; i < 120; i++) {
    const [job] = await claim();
    const index = teams.findIndex(({ userId }) => userId === job?.userId);
    const [who, seconds] = [teams[index], costs[index] ?? Number.NaN];
    if (job === undefined || who === undefined) throw new Error("somebody always waits");
    await finish([job], seconds);
    await add(who, { costSeconds: seconds });
    got.set(who.userId, (got.get(who.userId) ?? 0) + seconds);
  }
  const shares = [...got.values()];
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2 * Math.max(...costs));
  expect(Math.min(...shares)).toBeGreaterThan(10);
});

test("who used much comes when the others have caught up, however many they are", async () => {
  const late = await createTeam(db);
  await db.usage.create({ data: { ...late, seconds: 4, updatedAt: new Date() } });
  await add(late);
  const others = await Promise.all(Array.from({ length: 15 }, () => createTeam(db)));
  for (const who of others) for (let i = 0; i < 6; i++) await add(who);
  const served: string[] = [];
  while (!served.includes(late.userId)) {
    const jobs = await claim();
    if (jobs.length === 0) break;
    await finish(jobs, 1);
    served.push(...jobs.map(({ userId }) => userId));
  }
  expect(served.at(-1)).toBe(late.userId);
  // Four seconds of each of the others, and the job in which each of them passes the late one.
  expect(served.length).toBeGreaterThan(15 * 3);
  expect(served.length).toBeLessThanOrEqual(15 * 5 + 1);
});

test("a claim that is not committed holds up nobody, and what it took is free when it fails", async () => {
  const [who, other] = [await createTeam(db), await createTeam(db)];
  for (let i = 0; i < 2; i++) await add(who);
  let taken = "";
  const abandoned = db.$transaction(
    async (tx) => {
      const wish = { leaseMs: 60_000, count: 1, lanes: LANES, warmModelHash: null, runningMax: 100 };
      const [held] = await claimJobs(tx, { workerId: session.workerId, ...wish });
      taken = held?.jobId ?? "";
      const [next] = await claim();
      expect(next?.userId).toBe(who.userId);
      expect(next?.jobId).not.toBe(taken);
      expect(await claim()).toEqual([]);
      await add(other);
      await add(who);
      const more = await claim({ count: 8 });
      expect(more.map(({ userId }) => userId).toSorted()).toEqual([who.userId, other.userId].toSorted());
      await finish([...more, ...(next === undefined ? [] : [next])], 1);
      throw new Error("the worker is cut off");
    },
    { timeout: 60_000 },
  );
  await expect(abandoned).rejects.toThrow("the worker is cut off");
  expect((await claim()).map(({ jobId }) => jobId)).toEqual([taken]);
});

test("what moves about in the line is cleared away behind it", async () => {
  const who = await createTeam(db);
  await add(who);
  const readDead = async (): Promise<number> => {
    const [row] = await db.$queryRaw<{ dead: number }[]>`
      SELECT n_dead_tup::integer AS dead FROM pg_stat_user_tables WHERE relname = 'waiting_team'`;
    return row?.dead ?? 0;
  };
  for (let i = 0; i < 1_100; i++) await db.waitingTeam.updateMany({ data: { logUse: i } });
  await expect.poll(readDead, { timeout: 30_000 }).toBeGreaterThanOrEqual(1_000);
  await tidyLine(db);
  await expect.poll(readDead, { timeout: 30_000 }).toBeLessThan(1_000);
});
