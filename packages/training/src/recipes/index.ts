import { MezzotintError } from "@mezzotint/contracts/errors";
import { autoEncoderRecipe } from "./auto-encoder.ts";
import { clipImageRecipe } from "./evaluation/clip-image.ts";
import { EVALUATION_PLANS } from "./evaluation/evaluation-plan.ts";
import { fcnRecipe } from "./evaluation/fcn.ts";
import { denoiserRecipe } from "./denoiser.ts";
import { PACK_PLANS } from "./pack-plan.ts";
import type { TrainingRecipe } from "./recipe.ts";
import { textEncoderRecipe } from "./text-encoder.ts";

/** Every recipe, in the order in which the modules of a pack are trained. */
export const RECIPES: readonly TrainingRecipe[] = [
  ...Object.values(PACK_PLANS).flatMap((plan) => [
    autoEncoderRecipe(plan),
    textEncoderRecipe(plan),
    denoiserRecipe(plan),
  ]),
  ...Object.values(EVALUATION_PLANS).flatMap((plan) => [clipImageRecipe(plan), fcnRecipe(plan)]),
];

/** A recipe by its name. Throws NOT_FOUND with the names there are. */
export function findRecipe(name: string): TrainingRecipe {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  if (recipe !== undefined) return recipe;
  throw new MezzotintError(
    "NOT_FOUND",
    `no recipe ${name}; there are ${RECIPES.map((known) => known.name).join(", ")}`,
  );
}
