import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 50;

/** Asks again and again until the answer is yes; false when it was not within the time. */
export async function waitUntil(options: {
  readonly isTrue: () => Promise<boolean>;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}): Promise<boolean> {
  const deadline = AbortSignal.timeout(options.withinMs);
  while (!deadline.aborted) {
    options.signal.throwIfAborted();
    if (await options.isTrue()) return true;
    await delay(POLL_MS);
  }
  return false;
}
