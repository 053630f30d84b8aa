import type { ImageDetailView } from "@mezzotint/contracts/generation";
import { Recipe } from "@mezzotint/contracts/recipe";
import type { Prisma } from "@mezzotint/db/prisma";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { readTeamSources } from "../source/view.ts";
import { imageNotFound, readReader, visibleImages } from "./reader.ts";
import { IMAGE_SELECT, viewImages } from "./view.ts";

export const GetImageInput = z.object({ imageId: z.string().max(64) });
export type GetImageInput = z.input<typeof GetImageInput>;

const DETAIL_SELECT = {
  ...IMAGE_SELECT,
  recipeId: true,
  embeddingKey: true,
  recipe: { select: { ...IMAGE_SELECT.recipe.select, content: true } },
  stages: {
    select: { index: true, name: true, seed: true, width: true, height: true, elapsedMs: true },
    orderBy: { index: "asc" },
  },
  attempt: { select: { provider: true, runtime: true, elapsedMs: true } },
} satisfies Prisma.ImageSelect;

/** One picture with its recipe, how it was made, and the others of its generation the reader may see. */
export async function getImage(args: { ctx: ServiceContext; input: GetImageInput }): Promise<ImageDetailView> {
  const { ctx } = args;
  const { imageId } = parseInput(GetImageInput, args.input);
  const { prisma } = ctx.db;
  const reader = await readReader(ctx, prisma);
  const row = await prisma.image.findFirst({
    where: { AND: [{ id: imageId }, visibleImages(reader)] },
    select: DETAIL_SELECT,
  });
  if (row === null) throw imageNotFound(imageId);
  const siblings = await prisma.image.findMany({
    where: { AND: [{ generationId: row.generationId, id: { not: row.id } }, visibleImages(reader)] },
    orderBy: { index: "asc" },
    select: IMAGE_SELECT,
  });
  const [view, ...siblingViews] = await viewImages(prisma, [row, ...siblings], reader);
  if (view === undefined) throw imageNotFound(imageId);
  const recipe = Recipe.parse(row.recipe.content);
  const sources = await readTeamSources(prisma, reader?.teamId ?? null, [recipe]);
  return {
    ...view,
    recipe,
    recipeId: row.recipeId,
    source: sources.find("image", recipe.source),
    mask: sources.find("mask", recipe.mask),
    attempt: viewAttempt(row.attempt),
    siblings: siblingViews,
    hasEmbedding: row.embeddingKey !== null,
    stages: row.stages.map((stage) => ({ ...stage, url: `/stages/${row.id}/${stage.index}.png` })),
  };
}

function viewAttempt(
  row: {
    provider: string | null;
    runtime: string | null;
    elapsedMs: number | null;
  } | null,
): ImageDetailView["attempt"] {
  if (row === null || row.provider === null || row.runtime === null || row.elapsedMs === null) return null;
  return { provider: row.provider, runtime: row.runtime, elapsedMs: row.elapsedMs };
}
