import { JobPayload } from "@mezzotint/contracts/job";
import { claimJob as claim } from "@mezzotint/queue/claim-job";
import type { Claim } from "@mezzotint/queue/job-state";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { mirrorJob } from "./mirror.ts";

export const ClaimJobInput = z.object({ leaseMs: z.int().min(1) });
export type ClaimJobInput = z.input<typeof ClaimJobInput>;

export interface WorkerJob extends Claim {
  readonly attemptCount: number;
  readonly payload: JobPayload;
}

/** The next job for this worker, already running under a new attempt, or null when there is none. */
export async function claimJob(args: { ctx: ServiceContext; input: ClaimJobInput }): Promise<WorkerJob | null> {
  const { ctx } = args;
  const { workerId } = requireWorker(ctx);
  const { leaseMs } = parseInput(ClaimJobInput, args.input);
  return transact(ctx, async (tx) => {
    const job = await claim(tx, { workerId, leaseMs });
    if (job === null) return null;
    await mirrorJob(tx, { payload: job.payload, state: "running", now: ctx.now() });
    const { jobId, attemptId, attemptCount } = job;
    return { jobId, attemptId, attemptCount, payload: JobPayload.parse(job.payload) };
  });
}
