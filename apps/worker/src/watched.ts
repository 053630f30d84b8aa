import { WATCH_CHANNEL, WATCH_INTERVAL_MS } from "@mezzotint/contracts/progress";
import type { Listener } from "@mezzotint/db/listen";

/** Which generations somebody looks at, as web processes say for as long as it is so. */
export interface Watched {
  has(generationId: string): boolean;
  close(): void;
}

/** One word may be late or lost. */
const FORGOTTEN_AFTER_MS = 3 * WATCH_INTERVAL_MS;

export function createWatched(listener: Pick<Listener, "subscribe">, nowMs: () => number): Watched {
  const untilMs = new Map<string, number>();

  function forget(): void {
    for (const [generationId, until] of untilMs) if (until <= nowMs()) untilMs.delete(generationId);
  }

  const close = listener.subscribe(WATCH_CHANNEL, (generationId) => {
    forget();
    untilMs.set(generationId, nowMs() + FORGOTTEN_AFTER_MS);
  });
  return { has: (generationId) => (untilMs.get(generationId) ?? 0) > nowMs(), close };
}
