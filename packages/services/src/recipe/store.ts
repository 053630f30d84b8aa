import { canonicalRecipe, recipeId, type Recipe } from "@mezzotint/contracts/recipe";
import type { Transaction } from "@mezzotint/db/transaction";

/** Writes the recipes that are not there yet and returns the ids of all, in order. */
export async function storeRecipes(tx: Transaction, recipes: readonly Recipe[]): Promise<string[]> {
  if (recipes.length === 0) return [];
  const rows = await Promise.all(
    recipes.map(async (recipe) => ({
      id: await recipeId(recipe),
      content: JSON.parse(canonicalRecipe(recipe)),
      prompt: recipe.prompt,
      modelName: recipe.model.name,
      modelHash: recipe.model.hash,
    })),
  );
  // In the order of ids, so that two transactions with the same recipes cannot wait for each other.
  const inOrder = rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await tx.recipe.createMany({ data: inOrder, skipDuplicates: true });
  return rows.map(({ id }) => id);
}
