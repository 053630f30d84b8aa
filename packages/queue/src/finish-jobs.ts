import type { PlainError } from "@mezzotint/contracts/errors";
import type { AttemptOutcome, JobState } from "@mezzotint/contracts/job";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import type { Claim } from "./job-state.ts";
import { deviceSeconds, SETTLE_ACCOUNT } from "./settle-account.ts";

/** What ran an attempt, known only when something did. */
export interface RunFacts {
  readonly provider: string;
  readonly runtime: string;
  readonly providerVersion?: string | null;
  readonly precision?: string | null;
  readonly elapsedMs: number;
  /** The attempt's part of its device, in seconds; the time it took when absent. */
  readonly deviceSeconds?: number | null;
}

/** How a job ends. */
export type JobEnd = Claim &
  (
    | ({ readonly state: "done" } & RunFacts)
    | { readonly state: "failed"; readonly error: PlainError }
    | { readonly state: "cancelled" }
  );

const OUTCOMES = {
  done: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<JobEnd["state"] & JobState, AttemptOutcome>;

/**
 * Ends jobs for good and settles what they cost, once. Returns the ids of those that ended: what is no longer its
 * attempt's stays as it is.
 */
export async function finishJobs(tx: Transaction, ends: readonly JobEnd[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    -- mezzotint finish
    WITH told AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(ends.map(toRow))}::jsonb) AS told (
        job_id text, attempt_id text, state job_state, outcome attempt_outcome, error_code text, error_message text,
        provider text, runtime text, provider_version text, precision text, elapsed_ms integer, device_seconds float8
      )
    ), held AS (
      SELECT job.id FROM job JOIN told ON told.job_id = job.id
      WHERE job.attempt_id = told.attempt_id AND job.state = 'running'
      ORDER BY job.id FOR UPDATE OF job
    ), finished AS (
      UPDATE job SET
        state = told.state, finished_at = now(), worker_id = NULL, attempt_id = NULL, lease_until = NULL,
        error_code = told.error_code, error_message = told.error_message
      FROM told JOIN held ON held.id = told.job_id
      WHERE job.id = told.job_id AND job.attempt_id = told.attempt_id AND job.state = 'running'
      RETURNING job.id, job.team_id, job.user_id, job.lane, told.*
    ), ended AS (
      UPDATE attempt SET
        ended_at = now(), outcome = finished.outcome,
        error_code = finished.error_code, error_message = finished.error_message,
        provider = finished.provider, runtime = finished.runtime, provider_version = finished.provider_version,
        precision = finished.precision, elapsed_ms = finished.elapsed_ms,
        device_seconds = ${deviceSeconds(Prisma.sql`finished.device_seconds`)}
      FROM finished
      WHERE attempt.id = finished.attempt_id AND attempt.job_id = finished.id
      RETURNING finished.id, finished.team_id, finished.user_id, finished.lane, attempt.worker_id,
        attempt.device_seconds
    ), ${SETTLE_ACCOUNT}
    SELECT id FROM ended`;
  return new Set(rows.map(({ id }) => id));
}

function toRow(end: JobEnd): Readonly<Record<string, string | number | null>> {
  const error = end.state === "failed" ? end.error : null;
  const run = end.state === "done" ? end : null;
  return {
    job_id: end.jobId,
    attempt_id: end.attemptId,
    state: end.state,
    outcome: OUTCOMES[end.state],
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    provider: run?.provider ?? null,
    runtime: run?.runtime ?? null,
    provider_version: run?.providerVersion ?? null,
    precision: run?.precision ?? null,
    elapsed_ms: run?.elapsedMs ?? null,
    device_seconds: run?.deviceSeconds ?? null,
  };
}
