import { newId } from "@mezzotint/contracts/ids";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { FAIR_ORDER, fairTurns } from "./fair-turns.ts";
import type { ClaimedJob } from "./job-state.ts";

/**
 * Takes the next job in fair order that this worker can do, or null when none is due.
 * Claims at the same moment may each see the counts before the others' commits: nobody gets a job twice, but the
 * order among them is fair only up to the number of claims in flight.
 */
export async function claimJob(
  tx: Transaction,
  { workerId, leaseMs }: { workerId: string; leaseMs: number },
): Promise<ClaimedJob | null> {
  const attemptId = newId("attempt");
  const canDo = Prisma.sql`(
    j.model_hash IS NULL
    OR EXISTS (SELECT FROM worker_model wm WHERE wm.worker_id = ${workerId} AND wm.model_hash = j.model_hash)
  )`;
  const [job] = await tx.$queryRaw<ClaimedJob[]>`
    WITH next AS (
      SELECT job.id
      FROM (${fairTurns(canDo)}) AS t JOIN job ON job.id = t.id
      WHERE job.state = 'queued'
      ORDER BY ${FAIR_ORDER}
      LIMIT 1
      FOR UPDATE OF job SKIP LOCKED
    ), claimed AS (
      UPDATE job SET
        state = 'running',
        worker_id = ${workerId},
        attempt_id = ${attemptId},
        attempt_count = attempt_count + 1,
        claimed_at = now(),
        lease_until = now() + ${leaseMs} * interval '1 millisecond'
      FROM next
      WHERE job.id = next.id
      RETURNING job.*
    ), tried AS (
      INSERT INTO attempt (id, job_id, worker_id) SELECT attempt_id, id, worker_id FROM claimed
    )
    SELECT
      id AS "jobId", attempt_id AS "attemptId", team_id AS "teamId", user_id AS "userId",
      attempt_count AS "attemptCount", payload
    FROM claimed`;
  return job ?? null;
}
