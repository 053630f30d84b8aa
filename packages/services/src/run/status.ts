import type { PlainError } from "@mezzotint/contracts/errors";
import type { RunStatus } from "@mezzotint/contracts/run";
import type { Transaction } from "@mezzotint/db/transaction";

/**
 * A run is filled with pictures, then scored:
 *
 *   filling   -> scoring    the last cell that was asked for has ended, and there are pictures
 *   filling   -> failed     it has ended, and there is none
 *   scoring   -> done       with its scores
 *   scoring   -> failed     with a reason
 *   filling, scoring -> cancelled
 *   done, failed, cancelled -> filling   resumed, where cells are missing; extended
 *   done, failed, cancelled -> scoring   more metrics, or scored again
 */
const TRANSITIONS = {
  filling: ["scoring", "failed", "cancelled"],
  scoring: ["done", "failed", "cancelled"],
  done: ["filling", "scoring"],
  failed: ["filling", "scoring"],
  cancelled: ["filling", "scoring"],
} as const satisfies Record<RunStatus, readonly RunStatus[]>;

export const RESTING = ["done", "failed", "cancelled"] as const satisfies readonly RunStatus[];

function statusesBefore(to: RunStatus): RunStatus[] {
  const all = ["filling", "scoring", "done", "failed", "cancelled"] as const;
  return all.filter((from) => TRANSITIONS[from].some((next) => next === to));
}

/**
 * Moves a run by compare-and-set. False when it was not in a state that leads to `status`, or is no longer scored by
 * `underJobId` where that is given: a job that was cancelled ends late, and must not end the scoring after it.
 */
export async function moveRun(
  tx: Transaction,
  move: { runId: string; status: RunStatus; underJobId?: string; error?: PlainError | null; now: Date },
): Promise<boolean> {
  const { runId, status, now } = move;
  const rests = RESTING.some((one) => one === status);
  const { count } = await tx.run.updateMany({
    where: {
      id: runId,
      status: { in: statusesBefore(status) },
      ...(move.underJobId === undefined ? {} : { evaluateJobId: move.underJobId }),
    },
    data: {
      status,
      finishedAt: rests ? now : null,
      errorCode: move.error?.code ?? null,
      errorMessage: move.error?.message ?? null,
      ...(status === "filling" ? { askedAt: null } : {}),
    },
  });
  return count > 0;
}
