import type { PlainError } from "@mezzotint/contracts/errors";
import type { GenerationStatus } from "@mezzotint/contracts/generation";
import type { Transaction } from "@mezzotint/db/transaction";
import { settleRun } from "../run/settle.ts";
import { NOTIFY_STATUS } from "./notify.ts";

/**
 * A generation follows its job, in the same transaction:
 *
 *   queued    -> running    a worker claimed it
 *   running   -> queued     the worker handed it back, vanished, or failed in a way worth another try
 *   running   -> succeeded  with its pictures
 *   running   -> failed     with a reason
 *   queued, running -> cancelled
 *
 *   failed    -> queued     an administrator took its job out of quarantine
 *
 * Nothing leaves succeeded or cancelled.
 */
export const TRANSITIONS = {
  queued: ["running", "cancelled"],
  running: ["queued", "succeeded", "failed", "cancelled"],
  succeeded: [],
  failed: ["queued"],
  cancelled: [],
} as const satisfies Record<GenerationStatus, readonly GenerationStatus[]>;

export const UNFINISHED = ["queued", "running"] as const satisfies readonly GenerationStatus[];

export function mayBecome(from: GenerationStatus, to: GenerationStatus): boolean {
  return TRANSITIONS[from].some((next) => next === to);
}

function statusesBefore(to: GenerationStatus): GenerationStatus[] {
  return (["queued", "running", "succeeded", "failed", "cancelled"] as const).filter((from) => mayBecome(from, to));
}

/**
 * Moves a generation by compare-and-set and tells whoever watches.
 * False when it was not in a state that leads to `status`; then nothing changed and nothing was said.
 */
export async function moveGeneration(
  tx: Transaction,
  move: { generationId: string; status: GenerationStatus; error?: PlainError | null; now: Date },
): Promise<boolean> {
  const { generationId, status, now } = move;
  const finished = !UNFINISHED.some((unfinished) => unfinished === status);
  // Nobody watches a picture of a run on its own, and a run has thousands.
  const [row] = await tx.$queryRaw<{ runId: string | null }[]>`
    -- mezzotint move
    WITH moved AS (
      UPDATE generation SET
        status = ${status}::generation_status, finished_at = ${finished ? now : null}::timestamptz,
        error_code = ${move.error?.code ?? null}, error_message = ${move.error?.message ?? null}
      WHERE id = ${generationId} AND status = ANY(${statusesBefore(status)}::generation_status[])
      RETURNING id, team_id, run_id, status
    )
    SELECT run_id AS "runId", CASE WHEN run_id IS NULL THEN ${NOTIFY_STATUS} END FROM moved`;
  if (row === undefined) return false;
  if (row.runId !== null && finished) await settleRun(tx, row.runId, now);
  return true;
}
