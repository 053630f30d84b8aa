import type { Transaction } from "@mezzotint/db/transaction";
import type { Claim } from "./job-state.ts";

/** held: carry on. cancel: somebody asked to stop. lost: the job is no longer this attempt's; drop it. */
export type LeaseState = "held" | "cancel" | "lost";

/** The heartbeat of one attempt. */
export async function extendLease(
  tx: Transaction,
  { jobId, attemptId, leaseMs }: Claim & { readonly leaseMs: number },
): Promise<LeaseState> {
  const [row] = await tx.$queryRaw<{ cancel: boolean }[]>`
    UPDATE job SET lease_until = now() + ${leaseMs} * interval '1 millisecond'
    WHERE id = ${jobId} AND attempt_id = ${attemptId} AND state = 'running'
    RETURNING cancel_requested_at IS NOT NULL AS cancel`;
  if (row === undefined) return "lost";
  return row.cancel ? "cancel" : "held";
}
