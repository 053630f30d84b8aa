import { setImmediate as nextTurn } from "node:timers/promises";
import type { DenoiseOptions, DenoiseState } from "../denoise.ts";

/** How one picture is drawn. */
export interface SampleOptions {
  /** Decimal; one generator for this picture. */
  readonly seed: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((state: DenoiseState) => void | Promise<void>) | undefined;
}

/** Options of the loop that let other work of this process run between two steps. */
export function yielding({ signal, onStep }: Pick<SampleOptions, "signal" | "onStep">): DenoiseOptions {
  return {
    signal,
    onStep: async (state) => {
      await onStep?.(state);
      await nextTurn();
    },
  };
}
