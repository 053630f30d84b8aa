import { setTimeout as sleep } from "node:timers/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";

const DELAYS_MS = [100, 300, 1_000, 3_000, 5_000];

/**
 * Does something idempotent to the rows, again and again while the database does not answer: what took a minute to
 * make should outlive a database that restarts. Gives up after ten seconds, or when the signal is aborted.
 */
export async function persist<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
  for (const delayMs of DELAYS_MS) {
    try {
      return await work();
    } catch (error) {
      const passing = error instanceof MezzotintError && error.code === "DATABASE_UNAVAILABLE";
      if (!passing || signal?.aborted === true) throw error;
      await sleep(delayMs);
    }
  }
  return work();
}
