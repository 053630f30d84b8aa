import { MezzotintError } from "@mezzotint/contracts/errors";
import type { TeamRole } from "@mezzotint/db/enums";
import type { Transaction } from "@mezzotint/db/transaction";
import type { UserActor } from "./context.ts";

/** A person's place in the team they act in, read from the rows: a session does not outlive a membership. */
export interface Membership {
  readonly userId: string;
  readonly teamId: string;
  readonly role: TeamRole;
}

export async function requireMembership(tx: Transaction, actor: UserActor): Promise<Membership> {
  const { teamId, userId } = actor;
  const row = await tx.membership.findUnique({
    where: { teamId_userId: { teamId, userId } },
    select: { role: true },
  });
  if (row === null) throw new MezzotintError("NOT_FOUND", `Team ${teamId} was not found.`);
  return { userId, teamId, role: row.role };
}

/** Whether a member may change or remove something: their own things, and as owner or admin everybody's. */
export function mayChange(membership: Membership | null, thing: { teamId: string; userId: string }): boolean {
  if (membership === null || membership.teamId !== thing.teamId) return false;
  switch (membership.role) {
    case "owner":
    case "admin":
      return true;
    case "member":
      return membership.userId === thing.userId;
    case "viewer":
      return false;
  }
}
