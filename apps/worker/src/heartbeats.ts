import { toMezzotintError } from "@mezzotint/contracts/errors";
import type { Claim } from "@mezzotint/queue/job-state";
import type { ServiceContext } from "@mezzotint/services/context";
import { heartbeat } from "@mezzotint/services/job/heartbeat";
import type { StopReason } from "./handlers/handler.ts";
import type { Log } from "./log.ts";

const HEARTBEATS_PER_LEASE = 4;

/**
 * Renews the lease of an attempt, the first time at once, for a wish to cancel that came before anybody listened. An
 * attempt whose lease ran out unanswered is lost, whether its heartbeats fail or hang. Returns how to end them.
 */
export function startHeartbeats(
  args: { readonly ctx: ServiceContext; readonly job: Claim; readonly leaseMs: number; readonly log: Log },
  stop: (reason: StopReason) => void,
): () => void {
  const { ctx, job, leaseMs, log } = args;
  const { jobId, attemptId } = job;
  let leaseUntilMs = performance.now() + leaseMs;
  let ended = false;
  let deadline = arm();

  function arm(): NodeJS.Timeout {
    return setTimeout(() => stop("lost"), leaseUntilMs - performance.now());
  }

  async function beat(): Promise<void> {
    const sentMs = performance.now();
    try {
      const state = await heartbeat({ ctx, input: { jobId, attemptId, leaseMs } });
      if (ended) return;
      // Answers may overtake each other; the lease counts from the latest that was sent.
      leaseUntilMs = Math.max(leaseUntilMs, sentMs + leaseMs);
      clearTimeout(deadline);
      deadline = arm();
      if (state !== "held") stop(state);
    } catch (error) {
      log("heartbeat-failed", { jobId, attemptId, message: toMezzotintError(error).message });
    }
  }

  void beat();
  const timer = setInterval(() => void beat(), leaseMs / HEARTBEATS_PER_LEASE);
  return () => {
    ended = true;
    clearInterval(timer);
    clearTimeout(deadline);
  };
}
