import type { PlainError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { GenerationTimings } from "@mezzotint/engine/generate-images";
import type { Device } from "@mezzotint/onnx/device";

/**
 * @file What a supervisor and its engine host say to each other over IPC. Each question has an id, and each answer the
 * id of its question.
 *
 *   supervisor: start                                    host: ready
 *   supervisor: describe                                 host: described | failed
 *   supervisor: generate, then preview and cancel        host: progress, checkpoint and state-refused…, then generated | failed
 *   supervisor: leave                                    host exits, as it does when the channel breaks
 */

export interface HostSettings {
  /** Folders that hold model folders. */
  readonly modelFolders: readonly string[];
  readonly device: Device;
  /** Threads inside one operation. */
  readonly threads: number;
  /** What the models kept in memory may take together; one model is always kept. */
  readonly memoryBudgetBytes: number;
  /** The least time between two reports of progress. */
  readonly progressIntervalMs: number;
  /** States are told once so much drawing would be lost without them and at least as much is left. */
  readonly checkpointAfterMs: number;
}

export type Question =
  | { readonly type: "describe" }
  | {
      readonly type: "generate";
      readonly recipe: Recipe;
      readonly count: number;
      /** Encoded files of what the recipe names. */
      readonly source?: Uint8Array | undefined;
      readonly mask?: Uint8Array | undefined;
      readonly stageInput?: Uint8Array | undefined;
      readonly imageEmbedding?: Uint8Array | undefined;
      /** Where an earlier attempt left its pictures. */
      readonly states?: readonly ImageState[] | undefined;
      readonly preview: boolean;
    };

/** Where one picture of a generation stands, as the engine encodes it. */
export interface ImageState {
  /** Which picture, from 0. */
  readonly image: number;
  readonly content: Uint8Array;
}

export type ToHost =
  | { readonly type: "start"; readonly settings: HostSettings }
  | (Question & { readonly id: number })
  | { readonly type: "preview"; readonly id: number; readonly wanted: boolean }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "leave" };

/** A folder that looks like a model and cannot be used as one. */
export interface ModelProblem {
  readonly name: string;
  readonly error: PlainError;
}

export interface DescribedModels {
  readonly models: readonly ModelInfo[];
  readonly problems: readonly ModelProblem[];
}

/** Steps done of all steps over all pictures, and a small picture as a data URL when one was wanted. */
export interface HostProgress {
  readonly step: number;
  readonly steps: number;
  readonly preview: string | null;
}

export interface GeneratedImage {
  readonly recipe: Recipe;
  readonly recipeId: string;
  /** The file, recipe inside. */
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The embedding it was decoded from, as `encodeEmbedding` writes it; absent where none is drawn on the way. */
  readonly imageEmbedding?: Uint8Array | undefined;
  /** What the stages of a cascade made, in order, the picture itself last; none where the model is no cascade. */
  readonly stages: readonly StageImage[];
}

export interface StageImage {
  readonly name: string;
  readonly seed: string;
  /** Lossless, so that the next stage can be run on it again. */
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** What it had of the device; null where an earlier attempt made a part of it. */
  readonly elapsedMs: number | null;
}

/** What computed. */
export interface EngineRuntime {
  /** The device, such as "cpu" or "cuda:1". */
  readonly provider: string;
  /** Of the library behind the provider. */
  readonly providerVersion: string;
  readonly onnxruntime: string;
  /** Number formats, such as "fp32". */
  readonly precision: string;
}

export interface GeneratedImages {
  readonly images: readonly GeneratedImage[];
  /** `loadMs` is 0 for a model that was still loaded. */
  readonly timings: GenerationTimings & { readonly loadMs: number };
  readonly runtime: EngineRuntime;
}

export type Answer =
  | { readonly type: "described"; readonly result: DescribedModels }
  | { readonly type: "generated"; readonly result: GeneratedImages };

/** What a host tells before it answers. */
export type HostNews =
  | { readonly type: "progress"; readonly progress: HostProgress }
  /** The pictures that moved since the last one. */
  | { readonly type: "checkpoint"; readonly states: readonly ImageState[] }
  | { readonly type: "state-refused"; readonly image: number; readonly error: PlainError };

export type FromHost =
  | { readonly type: "ready" }
  | (HostNews & { readonly id: number })
  | { readonly type: "failed"; readonly id: number; readonly error: PlainError }
  | (Answer & { readonly id: number });
