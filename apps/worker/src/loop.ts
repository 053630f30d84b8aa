import { setTimeout as sleep } from "node:timers/promises";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { CANCEL_CHANNEL, JOB_CHANNEL } from "@mezzotint/contracts/progress";
import type { Listener } from "@mezzotint/db/listen";
import type { WorkerSession } from "@mezzotint/queue/worker-session";
import type { ServiceContext } from "@mezzotint/services/context";
import { claimJobs, type WorkerJob } from "@mezzotint/services/job/claim";
import type { JobLane } from "@mezzotint/db/enums";
import { startAttempt } from "./attempt.ts";
import type { Handlers } from "./handlers/handler.ts";
import type { Log } from "./log.ts";
import { createSlot, groupSlots, type Slot } from "./slot.ts";

/**
 * @file Claim, dispatch, settle; as many jobs at a time as fit. The loop knows no kind of job. Every claim is for one
 * slot, the one with the least to do, and so are all jobs it brings.
 *
 *   asking    -> asking    jobs were claimed and are running, and more fit beside them
 *   asking    -> waiting   there was none, or no more fit
 *   waiting   -> asking    a job was announced, an attempt is settled, the listener came back, or the poll interval passed
 *   any       -> closed    drain: at once when nothing runs, else when all attempts have ended
 */
export interface Loop {
  /** Takes no more jobs, lets the running ones finish for so long, then hands them back. Calling again shortens. */
  drain(graceMs: number): Promise<void>;
}

const POLL_MS = 2_000;

interface LoopInput {
  readonly ctx: ServiceContext;
  readonly listener: Listener;
  /** Without it a claim would be taken back at once, as a dead worker's. */
  readonly session: Pick<WorkerSession, "isHeld">;
  readonly leaseMs: number;
  /** What each device is asked through. */
  readonly devices: readonly { readonly handlers: Handlers; readonly warmModelHash: () => string | null }[];
  /** How many attempts run at once on each device. */
  readonly capacity: number;
  readonly lanes: readonly JobLane[];
  readonly log: Log;
}

export function startLoop(args: LoopInput): Loop {
  const { ctx, listener, leaseMs, capacity, log } = args;
  const bell = createBell();
  let draining = false;
  let handingBack = false;
  const slots = groupSlots(
    args.devices.map(({ handlers, warmModelHash }) => {
      const start = (job: WorkerJob) => startAttempt({ ctx, job, handlers, leaseMs, log });
      return createSlot({ capacity, warmModelHash, startAttempt: start, onEnd: bell.ring });
    }),
  );
  const leave = [
    listener.subscribe(JOB_CHANNEL, bell.ring),
    listener.onReconnect(bell.ring),
    listener.subscribe(CANCEL_CHANNEL, (attemptId) => slots.stop("cancel", attemptId)),
  ];

  async function work(): Promise<void> {
    while (!draining) {
      bell.reset();
      const slot = slots.findFreest();
      if (slot === null || !args.session.isHeld() || (await ask(slot, args)) === 0) await bell.wait(POLL_MS);
      if (handingBack) slots.stop("drain");
    }
    await slots.allEnded();
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
          slots.stop("drain");
        },
        () => undefined,
      );
      await closed;
      timer.abort();
      await grace;
    },
  };
}

/** Claims jobs for a slot and starts them. Returns how many there were. */
async function ask(slot: Slot, { ctx, leaseMs, lanes, log }: LoopInput): Promise<number> {
  try {
    const wish = { leaseMs, lanes: [...lanes], count: slot.wanted(), warmModelHash: slot.warmModelHash() };
    const jobs = await claimJobs({ ctx, input: wish });
    for (const job of jobs) slot.start(job);
    return jobs.length;
  } catch (error) {
    log("claim-failed", { message: toMezzotintError(error).message });
    return 0;
  }
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
