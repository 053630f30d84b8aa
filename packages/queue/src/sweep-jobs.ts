import { JOB_CHANNEL } from "@mezzotint/contracts/progress";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { LOST_MAX, TRIES_MAX, type MovedJob } from "./job-state.ts";
import { deviceSeconds, SETTLE_ACCOUNT } from "./settle-account.ts";
import { isWorkerAlive } from "./worker-liveness.ts";

/**
 * Takes back the jobs of workers that died or let their lease end, and returns them in their new state.
 * Any number of sweeps may run at once; each job moves once. Only a death counts towards quarantine: a lease also ends
 * when a network breaks or a clock jumps, and of that a job is innocent. But nothing is tried for ever.
 */
export async function sweepJobs(tx: Transaction): Promise<MovedJob[]> {
  const killed = `${LOST_MAX} workers died while they had this, so it waits for an administrator.`;
  const tired = `No worker kept its lease on this in ${TRIES_MAX} tries.`;
  return tx.$queryRaw<MovedJob[]>`
    -- mezzotint sweep
    WITH held AS (
      SELECT
        j.id, j.attempt_id, j.cancel_requested_at, j.attempt_count,
        ${isWorkerAlive("w")} AS alive,
        j.lost_count + CASE WHEN ${isWorkerAlive("w")} THEN 0 ELSE 1 END AS lost
      FROM job j JOIN worker w ON w.id = j.worker_id
      WHERE j.state = 'running' AND (j.lease_until < now() OR NOT ${isWorkerAlive("w")})
      ORDER BY j.id
      FOR UPDATE OF j SKIP LOCKED
    ), orphan AS (
      SELECT
        id, attempt_id, lost, alive,
        CASE WHEN alive THEN 'The worker did not renew its lease.' ELSE 'The worker is gone.' END AS reason,
        CASE WHEN lost >= ${LOST_MAX} THEN ${killed} WHEN attempt_count >= ${TRIES_MAX} THEN ${tired} END AS verdict,
        CASE
          WHEN cancel_requested_at IS NOT NULL THEN 'cancelled'
          WHEN lost >= ${LOST_MAX} OR attempt_count >= ${TRIES_MAX} THEN 'failed'
          ELSE 'queued'
        END::job_state AS next_state
      FROM held
    ), moved AS (
      UPDATE job SET
        state = next_state,
        lost_count = lost,
        run_at = now(),
        finished_at = CASE next_state WHEN 'queued' THEN NULL ELSE now() END,
        quarantined_at = CASE WHEN next_state = 'failed' AND lost >= ${LOST_MAX} THEN now() END,
        error_code = CASE next_state WHEN 'failed' THEN 'ENGINE_CRASHED' END,
        error_message = CASE next_state WHEN 'failed' THEN verdict END,
        worker_id = NULL, attempt_id = NULL, lease_until = NULL
      FROM orphan
      WHERE job.id = orphan.id
      RETURNING job.*, orphan.attempt_id AS lost_attempt_id, orphan.reason
    ), ended AS (
      UPDATE attempt SET
        ended_at = now(), outcome = 'lost', error_code = 'ENGINE_CRASHED', error_message = moved.reason,
        device_seconds = ${deviceSeconds(Prisma.sql`NULL::float8`)}
      FROM moved
      WHERE attempt.id = moved.lost_attempt_id
      RETURNING moved.team_id, moved.user_id, moved.lane, attempt.worker_id, attempt.device_seconds
    ), ${SETTLE_ACCOUNT}
    SELECT
      id AS "jobId", state::text AS state, payload, error_code AS "errorCode", error_message AS "errorMessage",
      pg_notify(${JOB_CHANNEL}, id)::text
    FROM moved`;
}
