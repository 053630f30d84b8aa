import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { quantile } from "@mezzotint/numeric/statistics/quantile";
import { generateImages } from "../generate-images.ts";
import { loadModel, type LoadedModel, type LoadOptions } from "../load-model.ts";

/** How far the pictures of two models lie apart, in 8-bit steps, and how fast both drew them. */
export interface ModelComparison {
  readonly pictures: number;
  /** The largest difference of one channel of one pixel, 0 to 255. */
  readonly largest: number;
  /** The mean over all channels of all pixels of all pictures. */
  readonly mean: number;
  /** Medians over the model calls of both, drawn in turn. */
  readonly stepMs: readonly [before: number, after: number];
}

export interface CompareOptions extends Pick<LoadOptions, "provider" | "threads"> {
  readonly folders: readonly [before: string, after: string];
  readonly steps: number;
}

const PROMPTS = ["a lighthouse on a cliff at dusk", "a red apple", "a sleeping cat, ink drawing"];

/**
 * Draws the same recipes with two models of one kind, in turn so that a disturbance of the machine meets both alike, and
 * compares the pictures. Throws as loading and drawing do.
 */
export async function compareModels({ folders, steps, ...options }: CompareOptions): Promise<ModelComparison> {
  const models: LoadedModel[] = [];
  try {
    for (const folder of folders) models.push(await loadModel(folder, options));
    const [before, after] = models as [LoadedModel, LoadedModel];
    let largest = 0;
    let sum = 0;
    let count = 0;
    const stepMs: [number[], number[]] = [[], []];
    for (const [seed, prompt] of PROMPTS.entries()) {
      const recipes = models.map(({ info }) => recipeFor(info, { prompt, steps, seed: String(seed) }));
      const [reference, candidate] = [await draw(before, recipes[0]), await draw(after, recipes[1])];
      // The first picture of a model is slower: its memory is not laid out yet.
      if (seed > 0) [reference, candidate].forEach((drawn, i) => stepMs[i]?.push(...drawn.stepMs));
      for (const [i, value] of reference.pixels.entries()) {
        const difference = Math.abs(value - (candidate.pixels[i] ?? 0));
        largest = Math.max(largest, difference);
        sum += difference;
      }
      count += reference.pixels.length;
    }
    return { pictures: PROMPTS.length, largest, mean: sum / count, stepMs: [median(stepMs[0]), median(stepMs[1])] };
  } finally {
    for (const model of models) await model.dispose();
  }
}

async function draw(model: LoadedModel, recipe: Recipe | undefined) {
  if (recipe === undefined) throw new RangeError("compare: expected 2 recipes, got 1");
  const { images, timings } = await generateImages(model, { recipe, count: 1 });
  return { pixels: images[0]?.pixels ?? new Uint8Array(), stepMs: timings.stepMs };
}

interface RecipeChoice {
  readonly prompt: string;
  readonly steps: number;
  readonly seed: string;
}

function recipeFor({ name, hash, defaults, schedulers }: ModelInfo, choice: RecipeChoice): Recipe {
  const { width, height, guidanceScale } = defaults;
  const scheduler = schedulers[0];
  if (scheduler === undefined) throw new RangeError(`model ${name}: has 0 schedulers`);
  const plain = { version: 1, negativePrompt: null, guidanceRescale: 0, eta: 0, generator: "torch-cpu" } as const;
  return { ...plain, ...choice, model: { name, hash }, scheduler, width, height, guidanceScale };
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values), 0.5);
}
