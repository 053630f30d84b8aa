import type { NdArray } from "@mezzotint/numeric/nd-array";

/** What steers a network besides sample and time, by the names of its inputs; the first dimension is 1. */
export type Condition = Readonly<Record<string, NdArray>>;

export interface DenoiserInput {
  /** f32 of `shape`: [1, channels, height, width], already scaled for the network. */
  readonly sample: Float32Array;
  readonly shape: readonly number[];
  /** In training timesteps. */
  readonly timestep: number;
  readonly condition: Condition;
}

/** The same sample under two conditions. */
export interface DenoiserPairInput extends Omit<DenoiserInput, "condition"> {
  readonly conditions: readonly [Condition, Condition];
}

/** Any network that answers a noisy sample: with noise, velocity, flow or the clean picture, as it was trained. */
export interface Denoiser {
  /** f32 [1, channels, height, width], or twice the channels where variance is predicted too. */
  predict(input: DenoiserInput): Promise<Float32Array>;
  /** Both answers from one call of batch 2; null where the network takes one picture at a time. */
  readonly predictPair: ((input: DenoiserPairInput) => Promise<[Float32Array, Float32Array]>) | null;
  /** Throws UNSUPPORTED or INVALID_INPUT with the numbers when the network cannot take such a request. */
  refuse(request: { readonly shape: readonly number[]; readonly timesteps: readonly number[] }): void;
  /** Channels of the sample it takes, with those beside the noisy ones; null where it does not say. */
  readonly channels: number | null;
  /** The one number of text tokens it takes; any when absent. */
  readonly textTokens?: number | undefined;
  /** Names of the inputs it takes. */
  readonly inputs: ReadonlySet<string>;
}
