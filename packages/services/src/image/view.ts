import type { ImageView } from "@mezzotint/contracts/generation";
import type { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { mayChange, type Membership } from "../membership.ts";
import { readModelTitles } from "../model/read-titles.ts";

export const IMAGE_SELECT = {
  id: true,
  teamId: true,
  userId: true,
  generationId: true,
  index: true,
  seed: true,
  width: true,
  height: true,
  sizeBytes: true,
  visibility: true,
  createdAt: true,
  user: { select: { name: true } },
  recipe: { select: { prompt: true, modelName: true, modelHash: true } },
} satisfies Prisma.ImageSelect;

export type ImageRow = Prisma.ImageGetPayload<{ select: typeof IMAGE_SELECT }>;

/** Rows as readers see them; `reader` is null for people who are not signed in. */
export async function viewImages(
  tx: Transaction,
  rows: readonly ImageRow[],
  reader: Membership | null,
): Promise<ImageView[]> {
  const titles = await readModelTitles(
    tx,
    rows.map((row) => row.recipe.modelHash),
  );
  return rows.map((row) => ({
    id: row.id,
    generationId: row.generationId,
    index: row.index,
    seed: row.seed,
    width: row.width,
    height: row.height,
    sizeBytes: row.sizeBytes,
    prompt: row.recipe.prompt,
    modelName: row.recipe.modelName,
    modelTitle: titles.get(row.recipe.modelHash) ?? row.recipe.modelName,
    authorName: row.user.name,
    visibility: row.visibility,
    createdAt: row.createdAt.toISOString(),
    url: `/files/${row.id}.png`,
    mine: mayChange(reader, row),
  }));
}
