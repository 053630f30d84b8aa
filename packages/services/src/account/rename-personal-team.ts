import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";

export const RenamePersonalTeamInput = z.object({ userId: z.string().min(1), userName: z.string().min(1) });
export type RenamePersonalTeamInput = z.input<typeof RenamePersonalTeamInput>;

/** Gives somebody's own team their new name. Called by the change of the account itself. */
export async function renamePersonalTeam(args: { ctx: ServiceContext; input: RenamePersonalTeamInput }): Promise<void> {
  const { userId, userName } = parseInput(RenamePersonalTeamInput, args.input);
  await transact(args.ctx, async (tx) => {
    await tx.team.updateMany({ where: { personalUserId: userId }, data: { name: userName } });
  });
}
