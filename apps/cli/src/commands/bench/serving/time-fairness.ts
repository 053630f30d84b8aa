import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "@mezzotint/contracts/ids";
import { createTeam } from "@mezzotint/db/testing/create-team";
import { claimJobs } from "@mezzotint/queue/claim-jobs";
import { enqueue } from "@mezzotint/queue/enqueue";
import { finishJobs } from "@mezzotint/queue/finish-jobs";
import { LANES, RUNNING_MAX } from "@mezzotint/queue/job-state";
import type { BenchDatabase } from "./bench-database.ts";

/** One picture on one simulated device. */
const DEVICE_MS = 60;
/** The small user asks again so long after a picture came. */
const PAUSE_MS = 100;
const HOG_WAITING = 40;

type Who = Awaited<ReturnType<typeof createTeam>>;

/** Milliseconds from request to picture of somebody who asks now and then, alone and beside one who always wants more. */
export async function timeFairness(
  bench: BenchDatabase,
  seconds: number,
): Promise<{ alone: number[]; beside: number[] }> {
  const { db } = bench;
  const workerId = newId("worker");
  await db.prisma.worker.create({ data: { id: workerId, hostName: "bench", pid: process.pid } });
  await bench.forgetJobs();
  const [small, hog] = [await createTeam(db.prisma), await createTeam(db.prisma)];
  const alone: number[] = [];
  const beside: number[] = [];
  // In turns, so that whatever else the machine does meets both.
  for (let round = 0; round < 4; round++) {
    const part = { workerId, small, hog: round % 2 === 0 ? null : hog, seconds: seconds / 2 };
    (round % 2 === 0 ? alone : beside).push(...(await serveSmallUser(bench, part)));
  }
  return { alone, beside };
}

async function serveSmallUser(
  { db: { prisma }, forgetJobs }: BenchDatabase,
  part: { workerId: string; small: Who; hog: Who | null; seconds: number },
): Promise<number[]> {
  const latenciesMs: number[] = [];
  const ended = new Set<string>();
  let asking = true;
  const untilMs = performance.now() + part.seconds * 1_000;
  const add = (who: Who): Promise<string> =>
    enqueue(prisma, {
      payload: { kind: "generate", generationId: newId("generation") },
      lane: "interactive",
      modelHash: null,
      costSeconds: DEVICE_MS / 1_000,
      ...who,
      now: new Date(),
    });

  async function work(): Promise<void> {
    while (asking) {
      const wish = {
        workerId: part.workerId,
        leaseMs: 60_000,
        count: 1,
        lanes: LANES,
        warmModelHash: null,
        runningMax: RUNNING_MAX,
      };
      const [job] = await claimJobs(prisma, wish);
      if (job === undefined) {
        await sleep(1);
        continue;
      }
      await sleep(DEVICE_MS);
      const run = { provider: "none", runtime: "none", elapsedMs: DEVICE_MS, deviceSeconds: DEVICE_MS / 1_000 };
      await finishJobs(prisma, [{ jobId: job.jobId, attemptId: job.attemptId, state: "done", ...run }]);
      ended.add(job.jobId);
      if (part.hog !== null && job.userId === part.hog.userId) await add(part.hog);
    }
  }

  async function ask(): Promise<void> {
    while (performance.now() < untilMs) {
      await sleep(PAUSE_MS * (0.5 + Math.random()));
      const askedMs = performance.now();
      const jobId = await add(part.small);
      // The picture may be there before we hear that the request is.
      while (!ended.has(jobId)) await sleep(1);
      latenciesMs.push(performance.now() - askedMs);
    }
    asking = false;
  }

  const { hog } = part;
  if (hog !== null) await Promise.all(Array.from({ length: HOG_WAITING }, () => add(hog)));
  await Promise.all([work(), ask()]);
  await forgetJobs();
  return latenciesMs;
}
