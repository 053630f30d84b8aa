import type { GenerationEvent } from "@mezzotint/contracts/progress";

export type ProgressEvent = Extract<GenerationEvent, { type: "progress" }>;

/** What happened since somebody last looked, at most one entry a generation, so that a slow reader costs nothing. */
export interface News {
  readonly changed: ReadonlySet<string>;
  readonly progress: ReadonlyMap<string, ProgressEvent>;
  /** Events may have been missed: read all rows again. */
  readonly gap: boolean;
}

/** Collects events until somebody asks for them. */
export interface NewsDesk {
  report(event: GenerationEvent): void;
  reportGap(): void;
  /** Resolves once there is news, after `patienceMs`, or when closed. */
  wait(patienceMs: number | null): Promise<void>;
  take(): News;
  close(): void;
}

export function openNewsDesk(): NewsDesk {
  let changed = new Set<string>();
  let progress = new Map<string, ProgressEvent>();
  let gap = false;
  let closed = false;
  let wake: (() => void) | null = null;

  const ring = (): void => wake?.();
  return {
    report(event) {
      if (event.type === "status") changed.add(event.generationId);
      else progress.set(event.generationId, event);
      ring();
    },
    reportGap() {
      gap = true;
      ring();
    },
    wait(patienceMs) {
      if (closed || gap || changed.size > 0 || progress.size > 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = patienceMs === null ? undefined : setTimeout(() => wake?.(), patienceMs);
        wake = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
      });
    },
    take() {
      const news = { changed, progress, gap };
      changed = new Set();
      progress = new Map();
      gap = false;
      return news;
    },
    close() {
      closed = true;
      ring();
    },
  };
}
