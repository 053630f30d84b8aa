import { JOB_CHANNEL } from "@mezzotint/contracts/progress";
import type { Transaction } from "@mezzotint/db/transaction";

/** Takes a job out of quarantine and queues it anew, its dead workers forgiven. Null when it was not there. */
export async function releaseJob(tx: Transaction, jobId: string): Promise<{ payload: unknown } | null> {
  const [row] = await tx.$queryRaw<{ payload: unknown }[]>`
    WITH released AS (
      UPDATE job SET
        state = 'queued', quarantined_at = NULL, lost_count = 0, attempt_count = 0, run_at = now(), finished_at = NULL,
        error_code = NULL, error_message = NULL
      WHERE id = ${jobId} AND quarantined_at IS NOT NULL
      RETURNING id, payload
    )
    SELECT payload, pg_notify(${JOB_CHANNEL}, id)::text FROM released`;
  return row ?? null;
}
