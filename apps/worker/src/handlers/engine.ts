import type { PlainError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";

/** Where one picture stands, in the engine's own bytes. */
export interface ImageState {
  /** Which picture of the generation, from 0. */
  readonly image: number;
  readonly content: Uint8Array;
}

/** What the handlers ask of an engine; the host of the child process is one. */
export interface Engine {
  generate(request: {
    readonly recipe: Recipe;
    readonly count: number;
    /** Files of the pictures whose hashes the recipe names, as they were uploaded. */
    readonly source?: Uint8Array | undefined;
    readonly mask?: Uint8Array | undefined;
    readonly stageInput?: Uint8Array | undefined;
    readonly imageEmbedding?: Uint8Array | undefined;
    /** Where an earlier attempt left its pictures, as `onCheckpoint` told; those that are of no use begin anew. */
    readonly states: readonly ImageState[];
    /** Gets the pictures that moved, when losing them would be a pity. */
    readonly onCheckpoint: (states: readonly ImageState[]) => void;
    readonly onStateRefused: (image: number, error: PlainError) => void;
    /** Asked before each preview is made. */
    readonly preview: () => boolean;
    /** Steps over all pictures. */
    readonly onProgress: (progress: { step: number; steps: number; preview: string | null }) => void;
    readonly signal: AbortSignal;
  }): Promise<{
    readonly images: readonly {
      readonly recipeId: string;
      readonly png: Uint8Array;
      readonly width: number;
      readonly height: number;
      /** The embedding it was decoded from, f32 in little-endian order; absent where none is drawn on the way. */
      readonly imageEmbedding?: Uint8Array | undefined;
      /** What the stages of a cascade made on the way, in order, as PNGs. */
      readonly stages?: readonly {
        readonly name: string;
        readonly seed: string;
        readonly png: Uint8Array;
        readonly width: number;
        readonly height: number;
        readonly elapsedMs: number | null;
      }[];
    }[];
    readonly timings: { readonly deviceMs: number };
    readonly runtime: {
      readonly provider: string;
      readonly providerVersion: string;
      readonly onnxruntime: string;
      readonly precision: string;
    };
  }>;
}
