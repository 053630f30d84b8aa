import type { NdArray } from "@mezzotint/numeric/nd-array";

/** What steers a network besides sample and time, by the names of its inputs; the first dimension is 1. */
export type Condition = Readonly<Record<string, NdArray>>;

/** One sample to be answered. */
export interface DenoiserRow {
  /** f32 of `shape`: [1, channels, height, width], already scaled for the network. */
  readonly sample: Float32Array;
  readonly shape: readonly number[];
  /** In training timesteps. */
  readonly timestep: number;
  readonly condition: Condition;
}

/** Any network that answers noisy samples: with noise, velocity, flow or the clean picture, as it was trained. */
export interface Denoiser {
  /**
   * Answers rows of equal shapes in one call, each f32 [1, channels, height, width] or with twice the channels where
   * variance is predicted too. Throws INVALID_INPUT for more company in a call than `company` allows.
   */
  predict(rows: readonly DenoiserRow[]): Promise<Float32Array[]>;
  /** What may be in one call: a single row, rows of one timestep, or any rows of equal shapes. */
  readonly company: "none" | "same-timestep" | "any";
  /** Throws UNSUPPORTED or INVALID_INPUT with the numbers when the network cannot take such a request. */
  refuse(request: { readonly shape: readonly number[]; readonly timesteps: readonly number[] }): void;
  /** Channels of the sample it takes, with those beside the noisy ones; null where it does not say. */
  readonly channels: number | null;
  /** The one number of text tokens it takes; any when absent. */
  readonly textTokens?: number | undefined;
  /** The one width of text tokens it takes; any when absent. */
  readonly textWidth?: number | undefined;
  /** Names of the inputs it takes. */
  readonly inputs: ReadonlySet<string>;
}
