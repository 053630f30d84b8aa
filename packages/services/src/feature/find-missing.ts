import { Sha256 } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";

export const FindMissingFeaturesInput = z.object({ extractorId: Sha256, imageKeys: z.array(Sha256) });
export type FindMissingFeaturesInput = z.input<typeof FindMissingFeaturesInput>;

/** Which of these files the extractor has not seen yet, each once, in order. */
export async function findMissingFeatures(args: {
  ctx: ServiceContext;
  input: FindMissingFeaturesInput;
}): Promise<string[]> {
  const { ctx } = args;
  requireWorker(ctx);
  const { extractorId, imageKeys } = parseInput(FindMissingFeaturesInput, args.input);
  const wanted = [...new Set(imageKeys)];
  const rows = await ctx.db.prisma.$queryRaw<{ key: string }[]>`
    SELECT image_key AS key FROM feature
    WHERE extractor_id = ${extractorId} AND image_key = ANY(${wanted}::text[])`;
  const known = new Set(rows.map(({ key }) => key));
  return wanted.filter((key) => !known.has(key));
}
