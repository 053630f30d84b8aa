import type { PlainError } from "@mezzotint/contracts/errors";
import type { AttemptOutcome, JobState } from "@mezzotint/contracts/job";
import type { Transaction } from "@mezzotint/db/transaction";
import type { Claim } from "./job-state.ts";

/** How a job ends. What ran it is known only when something did. */
export type JobEnd = Claim &
  (
    | { readonly state: "done"; readonly provider: string; readonly runtime: string; readonly elapsedMs: number }
    | { readonly state: "failed"; readonly error: PlainError }
    | { readonly state: "cancelled" }
  );

const OUTCOMES = {
  done: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<JobEnd["state"] & JobState, AttemptOutcome>;

/** Ends a job for good. False when it is no longer this attempt's, and then nothing changed. */
export async function finishJob(tx: Transaction, end: JobEnd): Promise<boolean> {
  const { jobId, attemptId, state } = end;
  const error = state === "failed" ? end.error : null;
  const run = state === "done" ? end : null;
  const count = await tx.$executeRaw`
    WITH finished AS (
      UPDATE job SET
        state = ${state}::job_state, finished_at = now(), worker_id = NULL, attempt_id = NULL, lease_until = NULL,
        error_code = ${error?.code ?? null}, error_message = ${error?.message ?? null}
      WHERE id = ${jobId} AND attempt_id = ${attemptId} AND state = 'running'
      RETURNING id
    )
    UPDATE attempt SET
      ended_at = now(), outcome = ${OUTCOMES[state]}::attempt_outcome,
      error_code = ${error?.code ?? null}, error_message = ${error?.message ?? null},
      provider = ${run?.provider ?? null}, runtime = ${run?.runtime ?? null}, elapsed_ms = ${run?.elapsedMs ?? null}
    FROM finished
    WHERE attempt.id = ${attemptId} AND attempt.job_id = finished.id`;
  return count > 0;
}
