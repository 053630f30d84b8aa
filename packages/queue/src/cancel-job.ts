import type { JobState } from "@mezzotint/contracts/job";
import { CANCEL_CHANNEL } from "@mezzotint/contracts/progress";
import type { Transaction } from "@mezzotint/db/transaction";

/**
 * Cancels a queued job, or asks the worker of a running one to stop: the channel carries the attempt's id, so that a
 * late message can never stop another try. Returns the state it left the job in; one that has ended stays as it is.
 */
export async function cancelJob(tx: Transaction, jobId: string): Promise<JobState | null> {
  const [row] = await tx.$queryRaw<{ state: JobState }[]>`
    WITH found AS (
      SELECT id FROM job WHERE id = ${jobId} FOR UPDATE
    ), changed AS (
      UPDATE job SET
        state = CASE job.state WHEN 'queued' THEN 'cancelled' ELSE job.state END,
        finished_at = CASE job.state WHEN 'queued' THEN now() ELSE job.finished_at END,
        cancel_requested_at =
          CASE WHEN job.state IN ('queued', 'running') THEN coalesce(job.cancel_requested_at, now())
          ELSE job.cancel_requested_at END
      FROM found
      WHERE job.id = found.id
      RETURNING job.state, job.attempt_id
    )
    SELECT
      state::text AS state,
      CASE WHEN attempt_id IS NOT NULL THEN pg_notify(${CANCEL_CHANNEL}, attempt_id)::text END
    FROM changed`;
  return row?.state ?? null;
}
