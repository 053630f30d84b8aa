import type { GenerationEvent } from "@mezzotint/contracts/progress";
import type { PlainError } from "@mezzotint/contracts/errors";
import type { GenerationStatus } from "@mezzotint/contracts/generation";
import type { Transaction } from "@mezzotint/db/transaction";
import { settleRun } from "../run/settle.ts";
import { notifyGeneration } from "./notify.ts";

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
  const [row] = await tx.generation.updateManyAndReturn({
    where: { id: generationId, status: { in: statusesBefore(status) } },
    data: {
      status,
      finishedAt: finished ? now : null,
      errorCode: move.error?.code ?? null,
      errorMessage: move.error?.message ?? null,
    },
    select: { teamId: true, runId: true },
  });
  if (row === undefined) return false;
  if (row.runId !== null) {
    // Nobody watches a picture of a run on its own, and a run has thousands.
    if (finished) await settleRun(tx, row.runId, now);
    return true;
  }
  const event: GenerationEvent = { type: "status", generationId, teamId: row.teamId, status };
  await notifyGeneration(tx, event);
  return true;
}
