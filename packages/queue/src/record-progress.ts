import type { Transaction } from "@mezzotint/db/transaction";
import type { Claim } from "./job-state.ts";

/** Notes how far an attempt is. False when the job is no longer this attempt's, and then nothing is noted. */
export async function recordProgress(
  tx: Transaction,
  { jobId, attemptId, step, steps }: Claim & { readonly step: number; readonly steps: number },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE attempt SET step = ${step}, steps = ${steps}
    FROM job
    WHERE attempt.id = ${attemptId} AND job.id = ${jobId} AND job.attempt_id = attempt.id AND job.state = 'running'`;
  return count > 0;
}
