import type { Mt19937State } from "./mt19937.ts";

/** The state of a generator between two draws, as plain JSON-compatible data. */
export interface NormalGeneratorState {
  readonly generator: "torch-cpu";
  readonly engine: Mt19937State;
  /** The second value of a pair whose first was already handed out. */
  readonly spare: number | null;
}

/** A source of standard normal numbers that advances with every draw. */
export interface NormalGenerator {
  /** f32 of the product of `shape` elements, mean 0 and variance 1, in row-major order. */
  normal(shape: readonly number[]): Float32Array;
  state(): NormalGeneratorState;
}
