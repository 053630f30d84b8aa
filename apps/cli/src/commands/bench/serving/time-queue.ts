import { setTimeout as sleep } from "node:timers/promises";
import { newId } from "@mezzotint/contracts/ids";
import type { Database } from "@mezzotint/db/client";
import { claimJobs } from "@mezzotint/queue/claim-jobs";
import { enqueue } from "@mezzotint/queue/enqueue";
import { finishJobs } from "@mezzotint/queue/finish-jobs";
import { LANES, type ClaimedJob } from "@mezzotint/queue/job-state";
import { tidyLine } from "@mezzotint/queue/tidy-line";

export interface QueueTimes {
  /** Jobs per second over the whole time. */
  readonly perSecond: number;
  /** Of single statements, in milliseconds. */
  readonly claimMs: readonly number[];
  readonly finishMs: readonly number[];
}

const LEASE_MS = 600_000;
/** As often as a worker sweeps. */
const TIDY_MS = 400;

/** Connections that each claim `count` jobs, finish them and claim again, until the queue is empty or time is up. */
export async function timeQueue(
  { prisma }: Database,
  wish: { connections: number; count: number; seconds: number; workerIds: readonly string[] },
): Promise<QueueTimes> {
  const claimMs: number[] = [];
  const finishMs: number[] = [];
  let done = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + wish.seconds * 1_000;

  async function work(connection: number): Promise<void> {
    for (let turn = connection; performance.now() < untilMs; turn += wish.connections) {
      const workerId = wish.workerIds[turn % wish.workerIds.length] ?? "";
      const beganMs = performance.now();
      const jobs = await claimJobs(prisma, {
        workerId,
        leaseMs: LEASE_MS,
        count: wish.count,
        lanes: LANES,
        warmModelHash: null,
        runningMax: 1_000,
      });
      const claimedMs = performance.now();
      claimMs.push(claimedMs - beganMs);
      if (jobs.length === 0) return;
      await finishJobs(prisma, jobs.map(endOf));
      finishMs.push(performance.now() - claimedMs);
      done += jobs.length;
    }
  }

  const resting = new AbortController();
  async function tidy(): Promise<void> {
    while (!resting.signal.aborted) {
      await tidyLine(prisma);
      await sleep(TIDY_MS);
    }
  }
  const tidying = tidy();
  await Promise.all(Array.from({ length: wish.connections }, (_, connection) => work(connection)));
  const perSecond = done / ((performance.now() - startedMs) / 1_000);
  resting.abort();
  await tidying;
  return { perSecond, claimMs, finishMs };
}

/** Enqueues one by one over several connections, as requests do; returns how many a second. */
export async function timeEnqueue(
  { prisma }: Database,
  { connections, jobs, people, modelHash }: { connections: number; jobs: number; people: number; modelHash: string },
): Promise<number> {
  const startedMs = performance.now();
  let next = 0;
  async function work(): Promise<void> {
    while (next < jobs) {
      const person = (next++ % people) + 1;
      await enqueue(prisma, {
        payload: { kind: "generate", generationId: newId("generation") },
        lane: "interactive",
        teamId: `team_${person}`,
        userId: `usr_${person}`,
        modelHash,
        costSeconds: 1,
        now: new Date(),
      });
    }
  }
  await Promise.all(Array.from({ length: connections }, work));
  return jobs / ((performance.now() - startedMs) / 1_000);
}

function endOf({ jobId, attemptId }: ClaimedJob) {
  const run = { provider: "none", runtime: "none", elapsedMs: 1, deviceSeconds: 1 };
  return { jobId, attemptId, state: "done", ...run } as const;
}
