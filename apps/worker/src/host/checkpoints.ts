import type { StepEvent } from "@mezzotint/engine/generate-images";
import type { ImageState } from "./protocol.ts";

/** Decides when the states of pictures in the making are worth telling. */
export interface Checkpoints {
  note(event: StepEvent, count: number): Promise<void>;
  /** Tells what moved since the last time, however little that is: the drawing ends here. */
  tellRest(): Promise<void>;
}

/** A state is cheap to make but not free to keep, so fast steps go by in groups. */
const STEPS_MIN = 4;

/**
 * Tells the pictures that moved once `afterMs` of drawing would be lost without it, and at least as much is left by the
 * time steps took so far. Infinite: never.
 */
export function createCheckpoints(afterMs: number, tell: (states: ImageState[]) => void): Checkpoints {
  const moved = new Map<number, StepEvent["encodeState"]>();
  let first: { readonly ms: number; readonly step: number } | null = null;
  let toldMs = 0;
  let untold = 0;

  async function tellMoved(): Promise<void> {
    toldMs = performance.now();
    untold = 0;
    const told = [...moved];
    moved.clear();
    if (told.length === 0) return;
    tell(await Promise.all(told.map(async ([image, encode]) => ({ image, content: await encode() }))));
  }

  return {
    async note({ image, steps, stepsBehind, encodeState }, count) {
      const nowMs = performance.now();
      moved.set(image, encodeState);
      untold += 1;
      if (first === null) {
        first = { ms: nowMs, step: stepsBehind };
        toldMs = nowMs;
        return;
      }
      const stepMs = (nowMs - first.ms) / (stepsBehind - first.step);
      const leftMs = stepMs * (count * steps - stepsBehind);
      if (untold >= STEPS_MIN && nowMs - toldMs >= afterMs && leftMs > afterMs) await tellMoved();
    },
    async tellRest() {
      if (afterMs !== Number.POSITIVE_INFINITY) await tellMoved();
    },
  };
}
