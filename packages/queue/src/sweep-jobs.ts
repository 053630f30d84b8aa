import { JOB_CHANNEL } from "@mezzotint/contracts/progress";
import type { Transaction } from "@mezzotint/db/transaction";
import { LOST_MAX, type MovedJob } from "./job-state.ts";
import { isWorkerAlive } from "./worker-liveness.ts";

/**
 * Takes back the jobs of workers that died or let their lease end, and returns them in their new state.
 * Any number of sweeps may run at once; each job moves once.
 */
export async function sweepJobs(tx: Transaction): Promise<MovedJob[]> {
  const givenUp = `The worker died ${LOST_MAX} times while it had this, so it will not be tried again.`;
  return tx.$queryRaw<MovedJob[]>`
    WITH orphan AS (
      SELECT
        j.id, j.attempt_id,
        CASE
          WHEN j.cancel_requested_at IS NOT NULL THEN 'cancelled'
          WHEN j.lost_count + 1 >= ${LOST_MAX} THEN 'failed'
          ELSE 'queued'
        END::job_state AS next_state,
        CASE
          WHEN ${isWorkerAlive("w")} THEN 'The worker did not renew its lease.'
          ELSE 'The worker is gone.'
        END AS reason
      FROM job j JOIN worker w ON w.id = j.worker_id
      WHERE j.state = 'running' AND (j.lease_until < now() OR NOT ${isWorkerAlive("w")})
      FOR UPDATE OF j SKIP LOCKED
    ), ended AS (
      UPDATE attempt SET ended_at = now(), outcome = 'lost', error_code = 'ENGINE_CRASHED', error_message = reason
      FROM orphan
      WHERE attempt.id = orphan.attempt_id
    ), moved AS (
      UPDATE job SET
        state = next_state,
        lost_count = lost_count + 1,
        run_at = now(),
        finished_at = CASE next_state WHEN 'queued' THEN NULL ELSE now() END,
        error_code = CASE next_state WHEN 'failed' THEN 'ENGINE_CRASHED' END,
        error_message = CASE next_state WHEN 'failed' THEN ${givenUp} END,
        worker_id = NULL, attempt_id = NULL, lease_until = NULL
      FROM orphan
      WHERE job.id = orphan.id
      RETURNING job.id, job.state, job.payload, job.error_code, job.error_message
    )
    SELECT
      id AS "jobId", state::text AS state, payload, error_code AS "errorCode", error_message AS "errorMessage",
      pg_notify(${JOB_CHANNEL}, id)::text
    FROM moved`;
}
