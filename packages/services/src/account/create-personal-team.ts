import { newId } from "@mezzotint/contracts/ids";
import type { Transaction } from "@mezzotint/db/transaction";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";

export const CreatePersonalTeamInput = z.object({ userId: z.string().min(1), userName: z.string().min(1) });
export type CreatePersonalTeamInput = z.input<typeof CreatePersonalTeamInput>;

/** Sign-ups at the same moment take turns on this key, so that exactly one becomes administrator. */
const FIRST_ACCOUNT_LOCK = 1_835_367_026;

/**
 * Gives a new account its own team, and the first account of all the role of administrator.
 * Called by the sign-up itself, before anybody acts; doing it twice returns the same team.
 */
export async function createPersonalTeam(args: {
  ctx: ServiceContext;
  input: CreatePersonalTeamInput;
}): Promise<{ teamId: string }> {
  const { ctx } = args;
  const { userId, userName } = parseInput(CreatePersonalTeamInput, args.input);
  return transact(ctx, async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ACCOUNT_LOCK}::bigint)`;
    await crownFirstAccount(tx, userId);
    const existing = await tx.team.findUnique({ where: { personalUserId: userId }, select: { id: true } });
    if (existing !== null) return { teamId: existing.id };
    const teamId = newId("team", ctx.now().getTime());
    await tx.team.create({
      data: {
        id: teamId,
        name: userName,
        personalUserId: userId,
        memberships: { create: { userId, role: "owner" } },
      },
    });
    return { teamId };
  });
}

async function crownFirstAccount(tx: Transaction, userId: string): Promise<void> {
  const admins = await tx.user.count({ where: { role: "admin" } });
  if (admins === 0) await tx.user.update({ where: { id: userId }, data: { role: "admin" } });
}
