import type { Transaction } from "@mezzotint/db/transaction";

/** Leaves a quarantined job failed for good. False when it was not in quarantine. */
export async function discardJob(tx: Transaction, jobId: string): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE job SET quarantined_at = NULL WHERE id = ${jobId} AND quarantined_at IS NOT NULL`;
  return count > 0;
}
