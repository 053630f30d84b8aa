import { MezzotintError } from "@mezzotint/contracts/errors";
import type { GenerationView } from "@mezzotint/contracts/generation";
import { cancelJob } from "@mezzotint/queue/cancel-job";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { mayChange, requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { generationNotFound, readGeneration } from "./get.ts";
import { moveGeneration } from "./status.ts";

export const CancelGenerationInput = z.object({ generationId: z.string().max(64) });
export type CancelGenerationInput = z.input<typeof CancelGenerationInput>;

/** Ends a waiting generation at once and asks the worker of a running one to stop; cancelling twice is fine. */
export async function cancelGeneration(args: {
  ctx: ServiceContext;
  input: CancelGenerationInput;
}): Promise<GenerationView> {
  const { ctx } = args;
  const { generationId } = parseInput(CancelGenerationInput, args.input);
  const membership = await requireMembership(ctx.db.prisma, requireUser(ctx));
  await transact(ctx, async (tx) => {
    const row = await tx.generation.findFirst({
      where: { id: generationId, teamId: membership.teamId },
      select: { teamId: true, userId: true, jobId: true },
    });
    if (row === null) throw generationNotFound(generationId);
    if (!mayChange(membership, row)) {
      throw new MezzotintError("FORBIDDEN", `As ${membership.role} you may cancel your own generations only.`);
    }
    const state = await cancelJob(tx, row.jobId);
    if (state === "done" || state === "failed") {
      throw new MezzotintError("CONFLICT", `This generation is ${state} already; there is nothing to cancel.`);
    }
    if (state === "cancelled") await moveGeneration(tx, { generationId, status: "cancelled", now: ctx.now() });
  });
  return readGeneration(ctx.db.prisma, generationId, membership);
}
