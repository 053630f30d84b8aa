import type { PromptSetView } from "@mezzotint/contracts/prompt-set";
import type { Prisma } from "@mezzotint/db/prisma";

export const PROMPT_SET_SELECT = {
  id: true,
  teamId: true,
  name: true,
  title: true,
  version: true,
  hash: true,
  licence: true,
  description: true,
  promptCount: true,
  createdAt: true,
} satisfies Prisma.PromptSetSelect;

type PromptSetRow = Prisma.PromptSetGetPayload<{ select: typeof PROMPT_SET_SELECT }>;

export function viewPromptSet({ teamId, createdAt, ...row }: PromptSetRow): PromptSetView {
  return { ...row, bundled: teamId === null, createdAt: createdAt.toISOString() };
}

/** What a team may use: its own sets and those that come with the product. */
export function visiblePromptSets(teamId: string): Prisma.PromptSetWhereInput {
  return { OR: [{ teamId: null }, { teamId }] };
}
