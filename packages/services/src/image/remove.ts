import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireImageChange } from "./reader.ts";

export const RemoveImageInput = z.object({ imageId: z.string().max(64) });
export type RemoveImageInput = z.input<typeof RemoveImageInput>;

/** Takes a picture out of every list. The file stays: other pictures may share its bytes. */
export async function removeImage(args: { ctx: ServiceContext; input: RemoveImageInput }): Promise<void> {
  const { ctx } = args;
  const { imageId } = parseInput(RemoveImageInput, args.input);
  await transact(ctx, async (tx) => {
    await requireImageChange(ctx, tx, { imageId });
    await tx.image.updateMany({ where: { id: imageId, deletedAt: null }, data: { deletedAt: ctx.now() } });
  });
}
