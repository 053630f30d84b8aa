import { newId } from "@mezzotint/contracts/ids";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { CastVote } from "@mezzotint/contracts/vote";
import type { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";

export type CastVoteInput = z.input<typeof CastVote>;

/** Takes down a judgement and ends its ballot; only now may the voter learn whose pictures they were. */
export async function castVote(args: {
  ctx: ServiceContext;
  input: CastVoteInput;
}): Promise<{ readonly left: { readonly runId: string }; readonly right: { readonly runId: string } }> {
  const { ctx } = args;
  const { ballotId, choice } = parseInput(CastVote, args.input);
  const { userId, teamId } = await requireMembership(ctx.db.prisma, requireUser(ctx));
  return transact(ctx, async (tx) => {
    const [ballot] = await tx.ballot.findMany({ where: { id: ballotId, userId, teamId } });
    if (ballot === undefined) throw ballotNotFound();
    await tx.ballot.delete({ where: { id: ballotId } });
    const { left, runAId, runBId, imageAId, imageBId, promptIndex, seed } = ballot;
    const right = left === "a" ? "b" : "a";
    const winner = choice === "tie" ? "tie" : choice === "left" ? left : right;
    const id = newId("vote", ctx.now().getTime());
    const cell = { runAId, runBId, imageAId, imageBId, promptIndex, seed };
    await tx.vote.create({ data: { id, teamId, userId, leftWas: left, winner, ...cell, createdAt: ctx.now() } });
    const runs = { a: { runId: runAId }, b: { runId: runBId } };
    return { left: runs[left], right: runs[right] };
  });
}

export function ballotNotFound(): MezzotintError {
  return new MezzotintError("NOT_FOUND", "This pair is not open any more; ask for the next one.");
}
