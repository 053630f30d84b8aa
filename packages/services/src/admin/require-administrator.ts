import { MezzotintError } from "@mezzotint/contracts/errors";
import { requireUser, type ServiceContext } from "../context.ts";

/** FORBIDDEN for everybody but administrators of the installation; read from the row, for a session may outlive a role. */
export async function requireAdministrator(ctx: ServiceContext): Promise<void> {
  const { userId } = requireUser(ctx);
  const user = await ctx.db.prisma.user.findUnique({ where: { id: userId }, select: { role: true } });
  if (user?.role !== "admin")
    throw new MezzotintError("FORBIDDEN", "Only administrators of this installation see this.");
}
