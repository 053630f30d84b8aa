import type { Transaction } from "@mezzotint/db/transaction";
import { finishJobs, type JobEnd } from "./finish-jobs.ts";

/** Ends one job for good. False when it is no longer this attempt's, and then nothing changed. */
export async function finishJob(tx: Transaction, end: JobEnd): Promise<boolean> {
  return (await finishJobs(tx, [end])).size > 0;
}
