import type { Recipe } from "@mezzotint/contracts/recipe";

/** What the handlers ask of an engine; the host of the child process is one. */
export interface Engine {
  generate(request: {
    readonly recipe: Recipe;
    readonly count: number;
    /** Files of the pictures whose hashes the recipe names, as they were uploaded. */
    readonly source?: Uint8Array | undefined;
    readonly mask?: Uint8Array | undefined;
    readonly stageInput?: Uint8Array | undefined;
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
    readonly runtime: { readonly provider: string; readonly onnxruntime: string };
  }>;
}
