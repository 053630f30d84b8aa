import { newId } from "@mezzotint/contracts/ids";
import type { TeamRole } from "../generated/enums.ts";
import type { Transaction } from "../transaction.ts";

/** A person in a team of their own, or in `teamId`, for tests: each test mints what it needs and shares nothing. */
export async function createTeam(
  tx: Transaction,
  { name = "Ada", role = "owner", teamId }: { name?: string; role?: TeamRole; teamId?: string } = {},
): Promise<{ userId: string; teamId: string }> {
  const userId = newId("user");
  await tx.user.create({ data: { id: userId, name, email: `${userId}@example.org` } });
  const joined = teamId ?? newId("team");
  if (teamId === undefined) await tx.team.create({ data: { id: joined, name, personalUserId: userId } });
  await tx.membership.create({ data: { teamId: joined, userId, role } });
  return { userId, teamId: joined };
}
