import { setTimeout as sleep } from "node:timers/promises";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { CANCEL_CHANNEL, JOB_CHANNEL } from "@mezzotint/contracts/progress";
import type { Listener } from "@mezzotint/db/listen";
import type { ServiceContext } from "@mezzotint/services/context";
import { claimJobs } from "@mezzotint/services/job/claim";
import { startAttempt, type Attempt } from "./attempt.ts";
import type { Handlers, StopReason } from "./handlers/handler.ts";
import type { Log } from "./log.ts";

/**
 * @file Claim, dispatch, settle; as many jobs at a time as fit. The loop knows no kind of job.
 *
 *   asking    -> asking    a job was claimed and is running, and another fits beside it
 *   asking    -> waiting   there was none, or no more fit
 *   waiting   -> asking    a job was announced, an attempt is settled, the listener came back, or the poll interval passed
 *   any       -> closed    drain: at once when nothing runs, else when all attempts have ended
 */
export interface Loop {
  /** Takes no more jobs, lets the running ones finish for so long, then hands them back. Calling again shortens. */
  drain(graceMs: number): Promise<void>;
}

const POLL_MS = 2_000;

export function startLoop(args: {
  readonly ctx: ServiceContext;
  readonly listener: Listener;
  readonly handlers: Handlers;
  readonly leaseMs: number;
  /** How many attempts run at once. */
  readonly capacity: number;
  readonly log: Log;
}): Loop {
  const { ctx, listener, handlers, leaseMs, capacity, log } = args;
  const bell = createBell();
  let draining = false;
  let handingBack = false;
  const running = createRunning(bell.ring);
  const leave = [
    listener.subscribe(JOB_CHANNEL, bell.ring),
    listener.onReconnect(bell.ring),
    listener.subscribe(CANCEL_CHANNEL, (attemptId) => {
      running.stop("cancel", attemptId);
    }),
  ];

  async function ask(): Promise<Attempt | null> {
    try {
      const [job] = await claimJobs({ ctx, input: { leaseMs } });
      return job === undefined ? null : startAttempt({ ctx, job, handlers, leaseMs, log });
    } catch (error) {
      log("claim-failed", { message: toMezzotintError(error).message });
      return null;
    }
  }

  async function work(): Promise<void> {
    while (!draining) {
      bell.reset();
      const attempt = running.count() < capacity ? await ask() : null;
      if (attempt === null) await bell.wait(POLL_MS);
      else running.add(attempt);
      if (handingBack) running.stop("drain");
    }
    await running.allEnded();
  }

  const closed = work().finally(() => {
    for (const stop of leave) stop();
  });
  return {
    async drain(graceMs) {
      draining = true;
      bell.ring();
      const timer = new AbortController();
      const grace = sleep(graceMs, undefined, { signal: timer.signal }).then(
        () => {
          handingBack = true;
          running.stop("drain");
        },
        () => undefined,
      );
      await closed;
      timer.abort();
      await grace;
    },
  };
}

interface Running {
  count(): number;
  add(attempt: Attempt): void;
  /** The one of an id, or all. */
  stop(reason: StopReason, attemptId?: string): void;
  allEnded(): Promise<void>;
}

function createRunning(onEnd: () => void): Running {
  const attempts = new Set<Attempt>();
  return {
    count: () => attempts.size,
    add(attempt) {
      attempts.add(attempt);
      void attempt.ended.then(() => {
        attempts.delete(attempt);
        onEnd();
      });
    },
    stop(reason, attemptId) {
      for (const attempt of attempts)
        if (attemptId === undefined || attempt.attemptId === attemptId) attempt.stop(reason);
    },
    async allEnded() {
      await Promise.all([...attempts].map(({ ended }) => ended));
    },
  };
}

/** Something to wait for that may ring before anybody waits. */
function createBell(): { ring: () => void; reset: () => void; wait: (timeoutMs: number) => Promise<void> } {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    reset() {
      rung = false;
    },
    async wait(timeoutMs) {
      if (rung) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
    },
  };
}
