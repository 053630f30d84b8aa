import { setImmediate as nextTurn } from "node:timers/promises";
import type { GeneratorId } from "@mezzotint/contracts/catalogue";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { DenoiseOptions, DenoiseState } from "../denoise.ts";
import { createGenerator } from "../random-generators.ts";

/** How one picture is drawn. */
export interface SampleOptions {
  /** Decimal; one generator for this picture. */
  readonly seed: string;
  /** Which kind of generator; torch's on the CPU when absent. */
  readonly generator?: GeneratorId | undefined;
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

/** The one generator of a picture. Throws INVALID_INPUT for a seed that it does not take. */
export function generatorOf({ generator = "torch-cpu", seed }: SampleOptions): NormalGenerator {
  return createGenerator(generator, seed);
}
