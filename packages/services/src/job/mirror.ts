import { MezzotintError, type PlainError } from "@mezzotint/contracts/errors";
import type { GenerationStatus } from "@mezzotint/contracts/generation";
import { JobPayload, type JobState } from "@mezzotint/contracts/job";
import type { RunStatus } from "@mezzotint/contracts/run";
import type { Transaction } from "@mezzotint/db/transaction";
import { moveGeneration } from "../generation/status.ts";
import { moveRun } from "../run/status.ts";

const GENERATION_STATUS = {
  queued: "queued",
  running: "running",
  done: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<JobState, GenerationStatus>;

/** A run that is scored stays so until that ends. */
const RUN_STATUS = {
  queued: null,
  running: null,
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<JobState, RunStatus | null>;

/**
 * Carries a job's new state over to what it is about, in the same transaction. The one place that knows, for every
 * kind of job, which row that is. CONFLICT when that row could not follow, which undoes the transaction.
 */
export async function mirrorJob(
  tx: Transaction,
  moved: { jobId: string; payload: unknown; state: JobState; error?: PlainError | null; now: Date },
): Promise<void> {
  const payload = JobPayload.parse(moved.payload);
  switch (payload.kind) {
    case "generate": {
      const { generationId } = payload;
      const status = GENERATION_STATUS[moved.state];
      const followed = await moveGeneration(tx, { generationId, status, error: moved.error ?? null, now: moved.now });
      if (!followed) throw new MezzotintError("CONFLICT", `Generation ${generationId} cannot become ${status}.`);
      return;
    }
    case "evaluate": {
      const status = RUN_STATUS[moved.state];
      const { runId } = payload;
      const move = { runId, underJobId: moved.jobId, error: moved.error ?? null, now: moved.now };
      // A run that somebody cancelled meanwhile, or that is scored by a later job already, stays as it is.
      if (status !== null) await moveRun(tx, { ...move, status });
    }
  }
}
