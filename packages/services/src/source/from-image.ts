import type { SourceView } from "@mezzotint/contracts/source";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { imageNotFound, visibleImages } from "../image/reader.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { keepSource, refuseViewer } from "./keep.ts";

export const SourceFromImageInput = z.object({ imageId: z.string().max(64) });
export type SourceFromImageInput = z.input<typeof SourceFromImageInput>;

/** Makes a picture the reader may see a source of their team; its bytes are in storage already. */
export async function sourceFromImage(args: { ctx: ServiceContext; input: SourceFromImageInput }): Promise<SourceView> {
  const { ctx } = args;
  const { imageId } = parseInput(SourceFromImageInput, args.input);
  const actor = requireUser(ctx);
  return transact(ctx, async (tx) => {
    const membership = await requireMembership(tx, actor);
    refuseViewer(membership);
    const image = await tx.image.findFirst({
      where: { AND: [{ id: imageId }, visibleImages(membership)] },
      select: { storageKey: true, width: true, height: true, sizeBytes: true },
    });
    if (image === null) throw imageNotFound(imageId);
    return keepSource(tx, { kind: "image", ...image }, { membership, now: ctx.now() });
  });
}
