import { MezzotintError } from "@mezzotint/contracts/errors";
import { Sha256 } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";

export const ReadFeaturesInput = z.object({ extractorId: Sha256, imageKeys: z.array(Sha256).max(2_000) });
export type ReadFeaturesInput = z.input<typeof ReadFeaturesInput>;

/** What an extractor saw in these files, in their order. NOT_FOUND when it has not seen one of them. */
export async function readFeatures(args: { ctx: ServiceContext; input: ReadFeaturesInput }): Promise<Uint8Array[]> {
  const { ctx } = args;
  requireWorker(ctx);
  const { extractorId, imageKeys } = parseInput(ReadFeaturesInput, args.input);
  const rows = await ctx.db.prisma.feature.findMany({
    where: { extractorId, imageKey: { in: imageKeys } },
    select: { imageKey: true, vector: true },
  });
  const vectors = new Map(rows.map(({ imageKey, vector }) => [imageKey, vector]));
  return imageKeys.map((key) => {
    const vector = vectors.get(key);
    if (vector === undefined) throw new MezzotintError("NOT_FOUND", `No features of ${key} by ${extractorId}.`);
    return vector;
  });
}
