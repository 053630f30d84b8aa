import { setTimeout as sleep } from "node:timers/promises";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { CANCEL_CHANNEL, JOB_CHANNEL } from "@mezzotint/contracts/progress";
import type { Listener } from "@mezzotint/db/listen";
import type { ServiceContext } from "@mezzotint/services/context";
import { claimJobs } from "@mezzotint/services/job/claim";
import { startAttempt, type Attempt } from "./attempt.ts";
import type { Handlers } from "./handlers/handler.ts";
import type { Log } from "./log.ts";

/**
 * @file Claim, dispatch, settle; one job at a time. The loop knows no kind of job.
 *
 *   asking    -> running   a job was claimed
 *   asking    -> waiting   there was none
 *   waiting   -> asking    a job was announced, the listener came back, or the poll interval passed
 *   running   -> asking    the attempt is settled
 *   any       -> closed    drain: at once when nothing runs, else when the attempt has ended
 */
export interface Loop {
  /** Takes no more jobs, lets the running one finish for so long, then hands it back. Calling again shortens. */
  drain(graceMs: number): Promise<void>;
}

const POLL_MS = 2_000;

export function startLoop(args: {
  readonly ctx: ServiceContext;
  readonly listener: Listener;
  readonly handlers: Handlers;
  readonly leaseMs: number;
  readonly log: Log;
}): Loop {
  const { ctx, listener, handlers, leaseMs, log } = args;
  const bell = createBell();
  let draining = false;
  let handingBack = false;
  let running: Attempt | null = null;
  const leave = [
    listener.subscribe(JOB_CHANNEL, bell.ring),
    listener.onReconnect(bell.ring),
    listener.subscribe(CANCEL_CHANNEL, (attemptId) => {
      if (running?.attemptId === attemptId) running.stop("cancel");
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
      running = await ask();
      if (handingBack) running?.stop("drain");
      if (running === null) await bell.wait(POLL_MS);
      else await running.ended;
      running = null;
    }
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
          running?.stop("drain");
        },
        () => undefined,
      );
      await closed;
      timer.abort();
      await grace;
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
