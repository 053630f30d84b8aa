import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { ballotNotFound } from "./cast.ts";
import { stripPng } from "./strip-png.ts";

export const OpenBallotFileInput = z.object({ ballotId: z.string().max(64), side: z.enum(["left", "right"]) });
export type OpenBallotFileInput = z.input<typeof OpenBallotFileInput>;

/** One side of an open pair as bare pixels: a recipe in the file would tell whose it is. */
export async function openBallotFile(args: { ctx: ServiceContext; input: OpenBallotFileInput }): Promise<Uint8Array> {
  const { ctx } = args;
  const { ballotId, side } = parseInput(OpenBallotFileInput, args.input);
  const { userId, teamId } = await requireMembership(ctx.db.prisma, requireUser(ctx));
  const ballot = await ctx.db.prisma.ballot.findFirst({
    where: { id: ballotId, userId, teamId },
    select: { left: true, imageA: { select: { storageKey: true } }, imageB: { select: { storageKey: true } } },
  });
  if (ballot === null) throw ballotNotFound();
  const isA = (ballot.left === "a") === (side === "left");
  return stripPng(await ctx.storage.get((isA ? ballot.imageA : ballot.imageB).storageKey));
}
