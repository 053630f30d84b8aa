import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { ChildLog } from "./child-log.ts";
import { startChild } from "./child-process.ts";
import type { ChildPlan, RunningChild } from "./child-process.ts";
import type { Report } from "./report.ts";

export interface SupervisedChild {
  /** How often it ended by itself. */
  crashes(): number;
  stop(graceMs: number): Promise<void>;
}

const BACKOFF_FIRST_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** A process that ran this long was healthy: its next crash is a first one again. */
const HEALTHY_AFTER_MS = 60_000;

/** The wait before the next start, after so many crashes in a row. */
export function backoffMs(crashesInARow: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, crashesInARow - 1));
}

/** Keeps a program running until it is stopped: when it ends by itself, says so and starts it again, ever more slowly. */
export function supervise(options: {
  readonly name: string;
  readonly plan: ChildPlan;
  readonly log: ChildLog;
  readonly report: Report;
}): SupervisedChild {
  const { name, plan, log, report } = options;
  const stopping = new AbortController();
  let child: RunningChild | null = null;
  let crashes = 0;

  async function run(): Promise<void> {
    let inARow = 0;
    while (!stopping.signal.aborted) {
      const startedAtMs = performance.now();
      child = startChild(plan, log);
      const reason = await child.ended;
      if (stopping.signal.aborted) return;
      crashes += 1;
      inARow = performance.now() - startedAtMs > HEALTHY_AFTER_MS ? 1 : inARow + 1;
      const waitMs = backoffMs(inARow);
      report.line(name, `ended by itself (${reason ?? "exit code 0"}); again in ${waitMs / 1000} s. Log: ${log.file}`);
      const complaint = log.lastComplaint();
      if (complaint !== "") report.line("", complaint);
      // Rejects when we stop meanwhile.
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    crashes: () => crashes,
    async stop(graceMs) {
      stopping.abort();
      await child?.stop(graceMs);
      await running;
    },
  };
}
