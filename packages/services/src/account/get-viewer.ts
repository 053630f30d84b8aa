import type { UserRole } from "@mezzotint/db/enums";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";

export const GetViewerInput = z.object({ userId: z.string().min(1) });
export type GetViewerInput = z.input<typeof GetViewerInput>;

/** The signed-in person and the team they act in. */
export interface Viewer {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: UserRole;
  readonly teamId: string;
  readonly teamName: string;
}

/** Null for an account that is gone, or that has no team yet. The caller has proved who it is. */
export async function getViewer(args: { ctx: ServiceContext; input: GetViewerInput }): Promise<Viewer | null> {
  const { userId } = parseInput(GetViewerInput, args.input);
  const user = await args.ctx.db.prisma.user.findUnique({
    where: { id: userId },
    select: { name: true, email: true, role: true, personalTeam: { select: { id: true, name: true } } },
  });
  if (user === null || user.personalTeam === null) return null;
  const { name, email, role, personalTeam } = user;
  return { userId, name, email, role, teamId: personalTeam.id, teamName: personalTeam.name };
}
