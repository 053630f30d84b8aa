import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";

const ADDITIONS = [
  "clipSkip",
  "promptWeighting",
  "guidanceInterval",
  "apg",
  "stepCache",
  "stages",
  "stageInput",
  "imageEmbedding",
] as const satisfies readonly (keyof Recipe)[];

/** What a recipe may ask for beyond the usual. */
export type Addition = (typeof ADDITIONS)[number];

/** Throws UNSUPPORTED naming what a recipe asks of a model that does not know it: nothing is ignored. */
export function refuseAdditions(recipe: Recipe, known: readonly Addition[]): void {
  const foreign = ADDITIONS.filter((name) => recipe[name] !== undefined && !known.includes(name));
  if (foreign.length === 0) return;
  throw new MezzotintError("UNSUPPORTED", `model ${recipe.model.name}: it knows no ${foreign.join(", ")}`);
}
