import { MezzotintError } from "@mezzotint/contracts/errors";
import { PromptSetPrompt, type PromptSetView } from "@mezzotint/contracts/prompt-set";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { PROMPT_SET_SELECT, viewPromptSet, visiblePromptSets } from "./view.ts";

export const GetPromptSetInput = z.object({ promptSetId: z.string().max(64) });
export type GetPromptSetInput = z.input<typeof GetPromptSetInput>;

/** One set with its prompts in order. */
export async function getPromptSet(args: {
  ctx: ServiceContext;
  input: GetPromptSetInput;
}): Promise<PromptSetView & { readonly prompts: readonly PromptSetPrompt[] }> {
  const { prisma } = args.ctx.db;
  const { promptSetId } = parseInput(GetPromptSetInput, args.input);
  const { teamId } = await requireMembership(prisma, requireUser(args.ctx));
  const row = await prisma.promptSet.findFirst({
    where: { AND: [{ id: promptSetId }, visiblePromptSets(teamId)] },
    select: { ...PROMPT_SET_SELECT, prompts: true },
  });
  if (row === null) throw promptSetNotFound(promptSetId);
  const { prompts, ...rest } = row;
  return { ...viewPromptSet(rest), prompts: PromptSetPrompt.array().parse(prompts) };
}

export function promptSetNotFound(promptSetId: string): MezzotintError {
  return new MezzotintError("NOT_FOUND", `Prompt set ${promptSetId} was not found.`);
}
