import type { PromptSetView } from "@mezzotint/contracts/prompt-set";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { ensureBundledPromptSets } from "./bundled.ts";
import { PROMPT_SET_SELECT, viewPromptSet, visiblePromptSets } from "./view.ts";

const LISTED_MAX = 500;

/** The sets a team may use, those that come with the product first, then the newest. */
export async function listPromptSets(args: { ctx: ServiceContext; input?: undefined }): Promise<PromptSetView[]> {
  const { prisma } = args.ctx.db;
  const { teamId } = await requireMembership(prisma, requireUser(args.ctx));
  await ensureBundledPromptSets(prisma);
  const rows = await prisma.promptSet.findMany({
    where: visiblePromptSets(teamId),
    orderBy: [{ teamId: { sort: "asc", nulls: "first" } }, { id: "desc" }],
    take: LISTED_MAX,
    select: PROMPT_SET_SELECT,
  });
  return rows.map(viewPromptSet);
}
