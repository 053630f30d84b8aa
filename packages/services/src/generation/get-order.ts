import type { Visibility } from "@mezzotint/contracts/generation";
import { Recipe } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { generationNotFound } from "./get.ts";

export const GetOrderInput = z.object({ generationId: z.string().max(64) });
export type GetOrderInput = z.input<typeof GetOrderInput>;

/** What a worker needs to know to carry out a generation. */
export interface GenerationOrder {
  readonly generationId: string;
  readonly teamId: string;
  readonly recipe: Recipe;
  readonly count: number;
  readonly visibility: Visibility;
}

export async function getOrder(args: { ctx: ServiceContext; input: GetOrderInput }): Promise<GenerationOrder> {
  const { ctx } = args;
  requireWorker(ctx);
  const { generationId } = parseInput(GetOrderInput, args.input);
  const row = await ctx.db.prisma.generation.findUnique({
    where: { id: generationId },
    select: { teamId: true, count: true, visibility: true, recipe: { select: { content: true } } },
  });
  if (row === null) throw generationNotFound(generationId);
  const { teamId, count, visibility } = row;
  return { generationId, teamId, recipe: Recipe.parse(row.recipe.content), count, visibility };
}
