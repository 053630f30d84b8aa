import type { RunView } from "@mezzotint/contracts/run";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { RUN_SELECT, viewRuns, visibleRuns } from "./view.ts";

export const ListRunsInput = z.object({
  cursor: z.string().max(64).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListRunsInput = z.input<typeof ListRunsInput>;

/** The runs of the team, newest first. */
export async function listRuns(args: {
  ctx: ServiceContext;
  input: ListRunsInput;
}): Promise<{ runs: RunView[]; nextCursor: string | null }> {
  const { prisma } = args.ctx.db;
  const { cursor, limit } = parseInput(ListRunsInput, args.input);
  const reader = await requireMembership(prisma, requireUser(args.ctx));
  const rows = await prisma.run.findMany({
    where: { ...visibleRuns(reader.teamId), ...(cursor === undefined ? {} : { id: { lt: cursor } }) },
    orderBy: { id: "desc" },
    take: limit + 1,
    select: RUN_SELECT,
  });
  const page = rows.slice(0, limit);
  const runs = await viewRuns(prisma, page, reader);
  return { runs, nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
}
