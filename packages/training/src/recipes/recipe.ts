import type { PackedDataSet } from "../data/packed-data-set.ts";
import type { TrainBudget, TrainProgress } from "../trainer/progress.ts";
import type { TrainResult } from "../trainer/train.ts";

/** What a recipe is given to work with. */
export interface RecipeContext {
  /** Folder of the pack under training: one folder per module, the tokenizer and caches beside them. */
  readonly folder: string;
  readonly data: PackedDataSet;
  /** A model folder to build on, for recipes that need one. */
  readonly from?: string;
  readonly seed: number;
  readonly threads: number;
  readonly budget: TrainBudget;
  readonly sampleEverySeconds: number;
  readonly progressEverySeconds: number;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly onProgress: (progress: TrainProgress) => void;
  readonly onNotice: (notice: string) => void;
}

/** One module of one pack, trained by name: `mini/denoiser`. */
export interface TrainingRecipe {
  readonly name: string;
  /** The folder its pack is trained in. */
  readonly pack: string;
  /** Side of the pictures it takes, in pixels. */
  readonly imageSide: number;
  /** The budget when the command names none. */
  readonly seconds: number;
  readonly summary: string;
  /** Trains until the budget is spent or the signal stops it; running it again continues. */
  run(context: RecipeContext): Promise<TrainResult>;
}
