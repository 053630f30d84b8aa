import { MezzotintError } from "@mezzotint/contracts/errors";
import { newId } from "@mezzotint/contracts/ids";
import { PromptSetImport, type PromptSetView } from "@mezzotint/contracts/prompt-set";
import type { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { hashPrompts } from "./bundled.ts";
import { parsePrompts } from "./parse-prompts.ts";
import { PROMPT_SET_SELECT, viewPromptSet } from "./view.ts";

export type ImportPromptSetInput = z.input<typeof PromptSetImport>;

/**
 * Keeps a team's own prompts. A title the team has used before gets the next version; the very same prompts under it
 * are the set that is there already.
 */
export async function importPromptSet(args: {
  ctx: ServiceContext;
  input: ImportPromptSetInput;
}): Promise<{ readonly promptSet: PromptSetView; readonly repeated: number }> {
  const { ctx } = args;
  const { title, licence, description, text } = parseInput(PromptSetImport, args.input);
  const { teamId, userId, role } = await requireMembership(ctx.db.prisma, requireUser(ctx));
  if (role === "viewer") throw new MezzotintError("FORBIDDEN", "Viewers of a team cannot add prompt sets to it.");
  const { prompts, repeated } = parsePrompts(text);
  const hash = await hashPrompts(prompts);
  const name = nameOf(title);
  const row = await transact(ctx, async (tx) => {
    // Two imports at once must not both take the next version.
    await tx.$executeRaw`SELECT 1 FROM team WHERE id = ${teamId} FOR NO KEY UPDATE`;
    const latest = await tx.promptSet.findFirst({
      where: { teamId, name },
      orderBy: { version: "desc" },
      select: PROMPT_SET_SELECT,
    });
    if (latest?.hash === hash) return latest;
    const id = newId("promptSet", ctx.now().getTime());
    const version = (latest?.version ?? 0) + 1;
    const described = { name, title, version, licence, description, hash };
    const content = { prompts: [...prompts], promptCount: prompts.length, createdAt: ctx.now() };
    return tx.promptSet.create({ data: { id, teamId, userId, ...described, ...content }, select: PROMPT_SET_SELECT });
  });
  return { promptSet: viewPromptSet(row), repeated };
}

function nameOf(title: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ["prompts"];
  return words.join("-").slice(0, 64);
}
