import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { imageNotFound, readReader, visibleImages } from "./reader.ts";

export const OpenImageFileInput = z.object({ imageId: z.string().max(64) });
export type OpenImageFileInput = z.input<typeof OpenImageFileInput>;

export interface ImageFile {
  readonly bytes: Uint8Array;
  /** A name to save it under, from its prompt and seed. */
  readonly fileName: string;
  /** Quoted, as the HTTP header wants it; equal bytes have equal tags. */
  readonly etag: string;
}

const NAME_LENGTH_MAX = 60;

/** The PNG of a picture the reader may see. */
export async function openImageFile(args: { ctx: ServiceContext; input: OpenImageFileInput }): Promise<ImageFile> {
  const { ctx } = args;
  const { imageId } = parseInput(OpenImageFileInput, args.input);
  const reader = await readReader(ctx, ctx.db.prisma);
  const row = await ctx.db.prisma.image.findFirst({
    where: { AND: [{ id: imageId }, visibleImages(reader)] },
    select: { storageKey: true, seed: true, recipe: { select: { prompt: true } } },
  });
  if (row === null) throw imageNotFound(imageId);
  const bytes = await ctx.storage.get(row.storageKey);
  return { bytes, fileName: `${slugOf(row.recipe.prompt)}-${row.seed}.png`, etag: `"${row.storageKey}"` };
}

function slugOf(prompt: string): string {
  const words = prompt.toLowerCase().match(/[a-z0-9]+/g) ?? ["mezzotint"];
  return words.join("-").slice(0, NAME_LENGTH_MAX);
}
