import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { imageNotFound, readReader, visibleImages } from "./reader.ts";

export const OpenStageFileInput = z.object({ imageId: z.string().max(64), index: z.int().min(0) });
export type OpenStageFileInput = z.input<typeof OpenStageFileInput>;

/** The PNG one stage of a cascade made, for whoever may see the picture. */
export async function openStageFile(args: {
  ctx: ServiceContext;
  input: OpenStageFileInput;
}): Promise<{ readonly bytes: Uint8Array; readonly etag: string }> {
  const { ctx } = args;
  const { imageId, index } = parseInput(OpenStageFileInput, args.input);
  const reader = await readReader(ctx, ctx.db.prisma);
  const row = await ctx.db.prisma.imageStage.findFirst({
    where: { imageId, index, image: visibleImages(reader) },
    select: { storageKey: true },
  });
  if (row === null) throw imageNotFound(imageId);
  return { bytes: await ctx.storage.get(row.storageKey), etag: `"${row.storageKey}"` };
}
