import type { RgbImage } from "@mezzotint/image/decode-image";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { Preparation } from "./preparation.ts";

/** What decides the features of a picture; two scores may be compared only if theirs are equal. */
export interface ExtractorProtocol {
  /** SHA-256 of the weights. */
  readonly weights: string;
  /** The preprocessing by name, with what distinguishes it. */
  readonly preprocessing: string;
  readonly dimensions: number;
}

/** A model that turns pictures into features. Preparing is pure; only the runs touch the model. */
export interface FeatureExtractor {
  readonly protocol: ExtractorProtocol;
  /** How pictures are prepared, for other threads. */
  readonly preparation: Preparation;
  /** Pictures of one run of the model. */
  readonly batchSize: number;
  /** [3, height, width]. */
  readonly inputShape: readonly [3, number, number];
  /** The name of the output that holds the features. */
  readonly features: string;
  /** Outputs by name, with their lengths; the features are one of them. */
  readonly outputs: ReadonlyMap<string, number>;
  /** The model's input for one picture, f32 of the input shape. */
  prepare(image: RgbImage): Float32Array;
  /** Features f32 [n, dimensions] of n prepared pictures, 1 <= n <= batchSize. */
  run(prepared: readonly Float32Array[]): Promise<Matrix>;
  /** Several outputs of one run, f32 [n, length] each. Throws UNSUPPORTED for an output the model does not have. */
  runOutputs(prepared: readonly Float32Array[], names: readonly string[]): Promise<readonly Matrix[]>;
  /** Frees the model; calling it again does nothing. */
  dispose(): Promise<void>;
}
