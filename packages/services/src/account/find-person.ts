import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import type { ServiceContext, UserActor } from "../context.ts";
import { parseInput } from "../parse-input.ts";

export const FindPersonInput = z.object({ email: z.string().max(320).nullable() });
export type FindPersonInput = z.input<typeof FindPersonInput>;

/**
 * The person of an email, or the first administrator, in their own team. For whoever holds the database's address, which
 * is proof enough: never behind HTTP. NOT_FOUND when there is nobody.
 */
export async function findPerson(args: {
  ctx: Pick<ServiceContext, "db">;
  input: FindPersonInput;
}): Promise<UserActor> {
  const { email } = parseInput(FindPersonInput, args.input);
  const user = await args.ctx.db.prisma.user.findFirst({
    where: email === null ? { role: "admin" } : { email: { equals: email, mode: "insensitive" } },
    orderBy: { createdAt: "asc" },
    select: { id: true, personalTeam: { select: { id: true } } },
  });
  const teamId = user?.personalTeam?.id;
  if (user !== null && teamId !== undefined) return { kind: "user", userId: user.id, teamId };
  const whom =
    email === null ? "There is no administrator yet: sign up in the studio first" : `Nobody has signed up as ${email}`;
  throw new MezzotintError("NOT_FOUND", `${whom}.`);
}
