import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { visibleRuns } from "./view.ts";

const LISTED = 100;

export interface RunName {
  readonly id: string;
  readonly name: string;
}

/** The names of the team's newest 100 runs, to choose from; no cell is counted for it. */
export async function listRunNames(args: { ctx: ServiceContext }): Promise<RunName[]> {
  const { prisma } = args.ctx.db;
  const { teamId } = await requireMembership(prisma, requireUser(args.ctx));
  return prisma.run.findMany({
    where: visibleRuns(teamId),
    orderBy: { id: "desc" },
    take: LISTED,
    select: { id: true, name: true },
  });
}
