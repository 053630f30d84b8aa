import type { GenerationView } from "@mezzotint/contracts/generation";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { GENERATION_SELECT, viewGenerations } from "./view.ts";

export const ListGenerationsInput = z.object({
  cursor: z.string().max(64).optional(),
  limit: z.int().min(1).max(50).default(20),
});
export type ListGenerationsInput = z.input<typeof ListGenerationsInput>;

/** The person's own generations in the team, newest first; the pictures of runs are seen with their run. */
export async function listGenerations(args: {
  ctx: ServiceContext;
  input: ListGenerationsInput;
}): Promise<{ generations: GenerationView[]; nextCursor: string | null }> {
  const { ctx } = args;
  const { cursor, limit } = parseInput(ListGenerationsInput, args.input);
  const { prisma } = ctx.db;
  const membership = await requireMembership(prisma, requireUser(ctx));
  const { teamId, userId } = membership;
  const rows = await prisma.generation.findMany({
    where: { teamId, userId, runId: null, ...(cursor === undefined ? {} : { id: { lt: cursor } }) },
    orderBy: { id: "desc" },
    take: limit + 1,
    select: GENERATION_SELECT,
  });
  const page = rows.slice(0, limit);
  const generations = await viewGenerations(prisma, page, membership);
  return { generations, nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
}
