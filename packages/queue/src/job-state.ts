/**
 * @file The life of a job.
 *
 *   queued     Waits in the table. `enqueue` writes it in the transaction of whatever asked for it.
 *   running    One worker has it, under one attempt, until `lease_until`. `claim-jobs` picks it in fair order and
 *              skips rows that another claim holds, so two workers never get the same one.
 *   done       `finish-jobs`, with the results written in the same transaction.
 *   failed     `finish-jobs`, with a reason; or `sweep-jobs`, when LOST_MAX workers died of it: then it is also in
 *              quarantine (`quarantined_at`), or when TRIES_MAX tries brought nothing.
 *   cancelled  `cancel-job` at once while it is queued. While it runs, `cancel-job` only notes the wish; the worker
 *              hears of it and settles the attempt by `finish-jobs`.
 *
 * running -> queued by `requeue-job`, when the worker hands it back or another try may help, and by `sweep-jobs`, when
 * the worker's advisory lock is gone (it died; seen within one sweep) or its lease ended (it hangs, or cannot reach us).
 * failed -> queued by `release-job`, when an administrator takes it out of quarantine; `discard-job` leaves it failed.
 * Whichever way leads back, a wish to cancel turns it into cancelled.
 *
 * Every statement that ends or extends a running job compares (job, attempt, state running) as it writes. A worker that
 * comes back late holds an attempt that is no longer the job's: its writes change nothing, and it is told so.
 * Times are the database's own clock, so that machines need not agree on theirs, and no time is trusted so far that a
 * clock which jumps could lose a job, charge it twice or hold it back for long.
 *
 * The line: triggers on `job` and `usage` keep `waiting_team` and `waiting_person`, which say who waits and in what order
 * to look at them; no statement here writes them. None of them waits for another's lock but whoever enters the line at the
 * moment somebody else leaves it empty.
 *
 * Accounts: while a job runs, its predicted `cost_seconds` counts as used by its team; whatever ends the attempt writes
 * `attempt.device_seconds` and adds it to `usage` in the same statement, so it is charged once and never forgotten.
 */
import type { JobState } from "@mezzotint/contracts/job";
import type { JobLane } from "@mezzotint/db/enums";

/** A job that takes its worker with it this many times is put in quarantine. */
export const LOST_MAX = 2;

/** A job whose tries end without a word this many times is given up, whatever the reason. */
export const TRIES_MAX = 8;

/** The lanes, in the order they are served. */
export const LANES = ["interactive", "batch"] as const satisfies readonly JobLane[];

/** How many jobs one person may have running, so that nobody fills all machines. */
export const RUNNING_MAX = 32;

/** How a worker names what it holds; every write of it carries both. */
export interface Claim {
  readonly jobId: string;
  readonly attemptId: string;
}

export interface ClaimedJob extends Claim {
  readonly teamId: string;
  readonly userId: string;
  /** Which try this is: 1 for the first. */
  readonly attemptCount: number;
  readonly modelHash: string | null;
  /** As it rests in the row, not parsed yet. */
  readonly payload: unknown;
}

/** A job that moved without its worker, for whoever mirrors its state. */
export interface MovedJob {
  readonly jobId: string;
  readonly state: JobState;
  readonly payload: unknown;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}
