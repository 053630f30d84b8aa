import { VISIBILITIES, type ImageView } from "@mezzotint/contracts/generation";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { imageNotFound, requireImageChange } from "./reader.ts";
import { IMAGE_SELECT, viewImages } from "./view.ts";

export const SetImageVisibilityInput = z.object({ imageId: z.string().max(64), visibility: z.enum(VISIBILITIES) });
export type SetImageVisibilityInput = z.input<typeof SetImageVisibilityInput>;

/** Shows a picture to everybody, or to the team only. */
export async function setImageVisibility(args: {
  ctx: ServiceContext;
  input: SetImageVisibilityInput;
}): Promise<ImageView> {
  const { ctx } = args;
  const { imageId, visibility } = parseInput(SetImageVisibilityInput, args.input);
  const membership = await transact(ctx, async (tx) => {
    const changer = await requireImageChange(ctx, tx, { imageId });
    await tx.image.updateMany({ where: { id: imageId, deletedAt: null }, data: { visibility } });
    return changer;
  });
  const row = await ctx.db.prisma.image.findUnique({ where: { id: imageId }, select: IMAGE_SELECT });
  const [view] = row === null ? [] : await viewImages(ctx.db.prisma, [row], membership);
  if (view === undefined) throw imageNotFound(imageId);
  return view;
}
