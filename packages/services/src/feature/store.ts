import { Sha256 } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";

const Header = z.object({ extractorId: Sha256 });

export interface StoreFeaturesInput {
  readonly extractorId: string;
  readonly features: readonly { readonly imageKey: string; readonly vector: Uint8Array }[];
}

/** Keeps what an extractor saw. What is there already stays: equal files give equal features. */
export async function storeFeatures(args: { ctx: ServiceContext; input: StoreFeaturesInput }): Promise<void> {
  const { ctx } = args;
  requireWorker(ctx);
  const { extractorId } = Header.parse(args.input);
  const data = args.input.features.map(({ imageKey, vector }) => ({
    imageKey,
    extractorId,
    vector: Uint8Array.from(vector),
  }));
  await ctx.db.prisma.feature.createMany({ data, skipDuplicates: true });
}
