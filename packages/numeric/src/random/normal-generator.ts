import type { Mt19937State } from "./mt19937.ts";

/** A Mersenne Twister generator between two draws. */
export interface Mt19937NormalState<Generator extends "torch-cpu" | "numpy-legacy"> {
  readonly generator: Generator;
  readonly engine: Mt19937State;
  /** The second value of a pair whose first was already handed out. */
  readonly spare: number | null;
}

/** A Philox generator between two draws. */
export interface PhiloxNormalState {
  readonly generator: "philox";
  /** Decimal, 0 to 2^64 - 1. */
  readonly seed: string;
  /** Counters that every thread has used up. */
  readonly offset: number;
  /** Threads that the GPU runs at once; null for as many as a draw has elements. */
  readonly gridThreads: number | null;
}

/** The state of a generator between two draws, as plain JSON-compatible data. */
export type NormalGeneratorState =
  | Mt19937NormalState<"torch-cpu">
  | Mt19937NormalState<"numpy-legacy">
  | PhiloxNormalState;

/** A source of standard normal numbers that advances with every draw. */
export interface NormalGenerator {
  /** f32 of the product of `shape` elements, mean 0 and variance 1, in row-major order. */
  normal(shape: readonly number[]): Float32Array;
  state(): NormalGeneratorState;
}
