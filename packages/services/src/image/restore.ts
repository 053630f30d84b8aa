import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireImageChange } from "./reader.ts";

export const RestoreImageInput = z.object({ imageId: z.string().max(64) });
export type RestoreImageInput = z.input<typeof RestoreImageInput>;

/** Brings a removed picture back into every list it was in, as visible as it was. */
export async function restoreImage(args: { ctx: ServiceContext; input: RestoreImageInput }): Promise<void> {
  const { ctx } = args;
  const { imageId } = parseInput(RestoreImageInput, args.input);
  await transact(ctx, async (tx) => {
    await requireImageChange(ctx, tx, { imageId, deletedAt: { not: null } });
    await tx.image.updateMany({ where: { id: imageId }, data: { deletedAt: null } });
  });
}
