import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { openWorkerSession } from "@mezzotint/queue/worker-session";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import { afterAll, beforeEach, expect, test } from "vitest";
import { discardJob } from "../admin/discard-job.ts";
import { readOverview } from "../admin/read-overview.ts";
import { releaseJob } from "../admin/release-job.ts";
import type { ServiceContext } from "../context.ts";
import { getGeneration } from "../generation/get.ts";
import { requestGeneration } from "../generation/request.ts";
import { announceModels } from "../model/announce.ts";
import { actAs, claimOne, completeClaimed, createWorker, MODEL, requestOf } from "../testing/fixture.ts";
import { sweepJobs } from "./sweep.ts";

const databaseUrl = await useTestDatabase();
const folder = await mkdtemp(join(tmpdir(), "mezzotint-waiting-"));
const base: ServiceContext = {
  db: createDatabase(databaseUrl),
  storage: createFileStorage(folder),
  actor: { kind: "anonymous" },
  now: () => new Date(),
};
let worker: ServiceContext;
let person: ServiceContext;

beforeEach(async () => {
  await base.db.prisma.job.deleteMany();
  await base.db.prisma.usage.deleteMany();
  worker = await createWorker(base);
  await announceModels({ ctx: worker, input: { models: [MODEL] } });
  person = await signIn();
});
afterAll(async () => {
  await base.db.close();
  await rm(folder, { recursive: true, force: true });
});

async function signIn(): Promise<ServiceContext> {
  return actAs(base, { kind: "user", ...(await createTeam(base.db.prisma)) });
}

test("one who waits hears why, and until when from what earlier pictures took", async () => {
  const session = await openWorkerSession({ databaseUrl, hostName: "test", pid: process.pid });
  const living = actAs(base, { kind: "worker", workerId: session.workerId });
  await announceModels({ ctx: living, input: { models: [MODEL] } });
  const other = await signIn();
  await requestGeneration({ ctx: person, input: requestOf() });
  await completeClaimed(living, await claimOne(living));
  const running = await requestGeneration({ ctx: person, input: requestOf() });
  await claimOne(living);
  const theirs = await requestGeneration({ ctx: other, input: requestOf() });
  const mine = await requestGeneration({ ctx: person, input: requestOf() });
  expect(mine.waiting).toMatchObject({ ahead: 1, ownAhead: 0, teamsAhead: 1, ownRunning: 1, slots: 1 });
  expect(theirs.waiting).toMatchObject({ ahead: 0, teamsAhead: 0, ownRunning: 0 });
  // One picture took 12.4 ms: the other's and then this one's, and what is left of the running one.
  const { likely, atMost } = mine.waiting?.seconds ?? { likely: 0, atMost: 0 };
  expect(likely).toBeGreaterThan(0.0247);
  expect(likely).toBeLessThan(0.0373);
  expect(atMost).toBeCloseTo(likely);
  expect(running.waiting?.seconds).not.toBeNull();
  await session.close();
});

test("a job that cost two workers waits for an administrator, who tries it again or lets it go", async () => {
  const lose = async () => {
    const { id } = await requestGeneration({ ctx: person, input: requestOf() });
    for (let death = 0; death < 2; death++) {
      await claimOne(worker);
      await sweepJobs({ ctx: worker });
    }
    return { id, jobId: (await base.db.prisma.job.findFirstOrThrow({ where: { generation: { id } } })).id };
  };
  const [again, never] = [await lose(), await lose()];
  await expect(readOverview({ ctx: person })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(releaseJob({ ctx: person, input: again })).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(discardJob({ ctx: person, input: never })).rejects.toMatchObject({ code: "FORBIDDEN" });
  const admin = await signIn();
  const userId = admin.actor.kind === "user" ? admin.actor.userId : "";
  await base.db.prisma.user.update({ where: { id: userId }, data: { role: "admin" } });

  const before = await readOverview({ ctx: admin });
  expect(before.quarantine.map(({ jobId }) => jobId).toSorted()).toEqual([again.jobId, never.jobId].toSorted());
  expect(before.quarantine[0]).toMatchObject({ attempts: 2, code: "ENGINE_CRASHED", kind: "generate" });
  await releaseJob({ ctx: admin, input: { jobId: again.jobId } });
  await discardJob({ ctx: admin, input: { jobId: never.jobId } });
  await expect(releaseJob({ ctx: admin, input: { jobId: never.jobId } })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(discardJob({ ctx: admin, input: { jobId: again.jobId } })).rejects.toMatchObject({ code: "NOT_FOUND" });

  const after = await readOverview({ ctx: admin });
  expect(after.quarantine).toEqual([]);
  expect(after.failures.map(({ jobId }) => jobId)).toContain(never.jobId);
  expect(after.lanes).toMatchObject([
    { lane: "interactive", queued: 1 },
    { lane: "batch", queued: 0 },
  ]);
  expect(after.teams.length).toBeGreaterThan(0);
  await completeClaimed(worker, await claimOne(worker));
  expect(await getGeneration({ ctx: person, input: { generationId: again.id } })).toMatchObject({
    status: "succeeded",
  });
  expect(await getGeneration({ ctx: person, input: { generationId: never.id } })).toMatchObject({ status: "failed" });
});
