import type { Transaction } from "@mezzotint/db/transaction";
import type { Claim } from "./job-state.ts";

/**
 * Keeps where one picture of an attempt stands, in place of what was kept before. False when the job is no longer this
 * attempt's, and then nothing is kept. The lock on the job lets its end wait, which then finds the row and deletes it.
 */
export async function keepCheckpoint(
  tx: Transaction,
  { jobId, attemptId, image, content }: Claim & { readonly image: number; readonly content: Uint8Array },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    INSERT INTO checkpoint (job_id, image, attempt_id, content)
    SELECT job.id, ${image}::integer, job.attempt_id, ${content}::bytea
    FROM job
    WHERE job.id = ${jobId} AND job.attempt_id = ${attemptId} AND job.state = 'running'
    FOR SHARE
    ON CONFLICT (job_id, image) DO UPDATE SET
      attempt_id = excluded.attempt_id, content = excluded.content, created_at = now()`;
  return count > 0;
}
