import type { PlainError } from "@mezzotint/contracts/errors";
import { JOB_CHANNEL } from "@mezzotint/contracts/progress";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import type { Claim } from "./job-state.ts";
import { deviceSeconds, SETTLE_ACCOUNT } from "./settle-account.ts";

/** Handed back unharmed when `error` is null, else failed and worth another try after `delayMs`. */
export interface Requeue extends Claim {
  readonly error: PlainError | null;
  readonly delayMs: number;
}

/**
 * Puts a running job back: queued, or cancelled where somebody asked for that.
 * Null when it is no longer this attempt's, and then nothing changed.
 */
export async function requeueJob(tx: Transaction, requeue: Requeue): Promise<"queued" | "cancelled" | null> {
  const { jobId, attemptId, error, delayMs } = requeue;
  const outcome = error === null ? "released" : "failed";
  const [row] = await tx.$queryRaw<{ state: "queued" | "cancelled" }[]>`
    -- mezzotint requeue
    WITH back AS (
      UPDATE job SET
        state = CASE WHEN cancel_requested_at IS NULL THEN 'queued' ELSE 'cancelled' END::job_state,
        finished_at = CASE WHEN cancel_requested_at IS NULL THEN NULL ELSE now() END,
        run_at = now() + ${delayMs} * interval '1 millisecond',
        worker_id = NULL, attempt_id = NULL, lease_until = NULL
      WHERE id = ${jobId} AND attempt_id = ${attemptId} AND state = 'running'
      RETURNING id, state, team_id, user_id, lane
    ), ended AS (
      UPDATE attempt SET
        ended_at = now(), outcome = ${outcome}::attempt_outcome,
        error_code = ${error?.code ?? null}, error_message = ${error?.message ?? null},
        device_seconds = ${deviceSeconds(Prisma.sql`NULL::float8`)}
      FROM back
      WHERE attempt.id = ${attemptId} AND attempt.job_id = back.id
      RETURNING back.team_id, back.user_id, back.lane, attempt.worker_id, attempt.device_seconds
    ), ${SETTLE_ACCOUNT}
    SELECT state::text AS state, pg_notify(${JOB_CHANNEL}, id)::text FROM back`;
  return row?.state ?? null;
}
