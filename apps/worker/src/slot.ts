import type { WorkerJob } from "@mezzotint/services/job/claim";
import type { Attempt } from "./attempt.ts";
import type { StopReason } from "./handlers/handler.ts";

/** What runs on one device: its attempts share model calls where they can. */
export interface Slot {
  /** How many jobs to ask for now; 0 when no more fit. */
  wanted(): number;
  running(): number;
  /** The model its engine has loaded, as far as is known. */
  warmModelHash(): string | null;
  start(job: WorkerJob): void;
  /** The attempt of an id, or all. */
  stop(reason: StopReason, attemptId?: string): void;
  allEnded(): Promise<void>;
}

export function createSlot(args: {
  /** How many attempts run at once. */
  readonly capacity: number;
  readonly warmModelHash: () => string | null;
  readonly startAttempt: (job: WorkerJob) => Attempt;
  readonly onEnd: () => void;
}): Slot {
  const { capacity, warmModelHash, startAttempt, onEnd } = args;
  const attempts = new Set<Attempt>();
  return {
    // One at first, so that idle workers share what waits; then as much again as runs, for company costs little.
    wanted: () => Math.min(capacity - attempts.size, Math.max(1, attempts.size)),
    running: () => attempts.size,
    warmModelHash,
    start(job) {
      const attempt = startAttempt(job);
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

/** All slots of a worker. */
export interface Slots {
  /** The slot with the least to do that wants more; null when all are full. */
  findFreest(): Slot | null;
  stop(reason: StopReason, attemptId?: string): void;
  allEnded(): Promise<void>;
}

export function groupSlots(slots: readonly Slot[]): Slots {
  return {
    findFreest() {
      const [freest] = slots.filter((slot) => slot.wanted() > 0).toSorted((a, b) => a.running() - b.running());
      return freest ?? null;
    },
    stop(reason, attemptId) {
      for (const slot of slots) slot.stop(reason, attemptId);
    },
    async allEnded() {
      await Promise.all(slots.map((slot) => slot.allEnded()));
    },
  };
}
