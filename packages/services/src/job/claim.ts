import { JobPayload } from "@mezzotint/contracts/job";
import { claimJobs as claim } from "@mezzotint/queue/claim-jobs";
import { LANES, RUNNING_MAX, type Claim } from "@mezzotint/queue/job-state";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { mirrorJob } from "./mirror.ts";

export const ClaimJobsInput = z.object({
  leaseMs: z.int().min(1),
  /** At most so many, all of one model, so that they can share calls of it. */
  count: z.int().min(1).max(64).default(1),
  lanes: z
    .array(z.enum(LANES))
    .min(1)
    .default([...LANES]),
  /** The model this worker has loaded; its jobs may go a little early. */
  warmModelHash: z.string().nullable().default(null),
  runningMax: z.int().min(1).default(RUNNING_MAX),
});
export type ClaimJobsInput = z.input<typeof ClaimJobsInput>;

export interface WorkerJob extends Claim {
  readonly attemptCount: number;
  readonly modelHash: string | null;
  readonly payload: JobPayload;
}

/** The next jobs for this worker, each already running under a new attempt; none when none is due. */
export async function claimJobs(args: { ctx: ServiceContext; input: ClaimJobsInput }): Promise<WorkerJob[]> {
  const { ctx } = args;
  const { workerId } = requireWorker(ctx);
  const wish = { workerId, ...parseInput(ClaimJobsInput, args.input) };
  return transact(ctx, async (tx) => {
    const several = await claim(tx, wish);
    // Every job of the first one's model may be in another worker's hands just now; any other will do.
    const jobs = several.length > 0 || wish.count === 1 ? several : await claim(tx, { ...wish, count: 1 });
    for (const { jobId, payload } of jobs) await mirrorJob(tx, { jobId, payload, state: "running", now: ctx.now() });
    return jobs.map(({ jobId, attemptId, attemptCount, modelHash, payload }) => {
      return { jobId, attemptId, attemptCount, modelHash, payload: JobPayload.parse(payload) };
    });
  });
}
