import { WATCH_CHANNEL } from "@mezzotint/contracts/progress";
import { asDatabaseError } from "@mezzotint/db/errors";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";

export const MarkWatchedInput = z.object({ generationIds: z.array(z.string().max(64)).max(100) });
export type MarkWatchedInput = z.input<typeof MarkWatchedInput>;

/**
 * Tells the workers that the person looks at these generations; of those that are not theirs or do not run nothing is
 * said. No row changes: it is said again for as long as they look, and forgotten soon after.
 */
export async function markWatched(args: { ctx: ServiceContext; input: MarkWatchedInput }): Promise<void> {
  const { ctx } = args;
  const { generationIds } = parseInput(MarkWatchedInput, args.input);
  const { teamId, userId } = await requireMembership(ctx.db.prisma, requireUser(ctx));
  try {
    await ctx.db.prisma.$executeRaw`
      SELECT pg_notify(${WATCH_CHANNEL}, id) FROM generation
      WHERE id = ANY(${generationIds}) AND team_id = ${teamId} AND user_id = ${userId} AND status = 'running'`;
  } catch (error) {
    throw asDatabaseError(error);
  }
}
