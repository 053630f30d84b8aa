import { toMezzotintError } from "@mezzotint/contracts/errors";
import type { WorkerSession } from "@mezzotint/queue/worker-session";
import type { ServiceContext } from "@mezzotint/services/context";
import { sweepJobs } from "@mezzotint/services/job/sweep";
import type { DatabaseClock } from "./database-clock.ts";
import type { Log } from "./log.ts";

/** A session that breaks is told so at once; asking it serves the lines that go dead without a word. */
const RENEWALS_PER_LEASE = 4;

/**
 * Every worker keeps itself among the living and looks after the jobs of the dead, one round after the other. Its own
 * session comes first: a worker that took its own jobs for a dead one's would take them back. Returns how to end it.
 */
export function startSweeps(args: {
  readonly ctx: ServiceContext;
  readonly session: WorkerSession;
  readonly clock: DatabaseClock;
  readonly times: { readonly leaseMs: number; readonly sweepMs: number };
  readonly log: Log;
}): () => Promise<void> {
  const { ctx, session, clock, times, log } = args;
  let round: Promise<void> | null = null;
  let renewedMs = performance.now();

  async function sweep(): Promise<void> {
    try {
      if (!session.isHeld() || performance.now() - renewedMs >= times.leaseMs / RENEWALS_PER_LEASE) {
        await clock.follow(session.renew);
        renewedMs = performance.now();
      }
      for (const { jobId, state } of await sweepJobs({ ctx })) log("took-back", { jobId, state });
    } catch (error) {
      log("sweep-failed", { message: toMezzotintError(error).message });
    }
  }

  const timer = setInterval(() => {
    round ??= sweep().finally(() => {
      round = null;
    });
  }, times.sweepMs);
  return async () => {
    clearInterval(timer);
    await round;
  };
}
