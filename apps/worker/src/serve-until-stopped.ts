import { toMezzotintError } from "@mezzotint/contracts/errors";
import type { Log } from "./log.ts";
import type { RunningWorker } from "./run-worker.ts";

const CLOSE_MAX_MS = 10_000;

/**
 * Keeps the process until somebody wants it gone: SIGTERM and SIGINT drain, a second one hands back at once, and so
 * does the end of the parent where there is an IPC channel to it. Never outlives that by more than a few seconds.
 */
export function serveUntilStopped(args: { start: () => Promise<RunningWorker>; drainMs: number; log: Log }): void {
  const { start, drainMs, log } = args;
  let stopping = false;

  const started = start();
  started.catch((error: unknown) => {
    const { code, message } = toMezzotintError(error);
    log("not-started", { code, message });
    process.exit(1);
  });

  async function stop(reason: string, graceMs: number): Promise<void> {
    log("stopping", { reason, graceMs });
    setTimeout(() => process.exit(1), graceMs + CLOSE_MAX_MS).unref();
    try {
      const worker = await started;
      await worker.stop(graceMs);
      log("stopped");
      process.exit(0);
    } catch (error) {
      log("stopped-badly", { message: toMezzotintError(error).message });
      process.exit(1);
    }
  }

  function onSignal(name: string): void {
    if (stopping) return void stop(`${name} again`, 0);
    stopping = true;
    void stop(name, drainMs);
  }
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  if (process.channel !== undefined) process.once("disconnect", () => void stop("the parent is gone", 0));
}
