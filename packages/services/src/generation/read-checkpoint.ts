import { requireWorker, type ServiceContext } from "../context.ts";
import { ClaimInput } from "../job/claim-input.ts";
import { parseInput } from "../parse-input.ts";
import type { z } from "zod";

export const ReadCheckpointInput = ClaimInput;
export type ReadCheckpointInput = z.input<typeof ReadCheckpointInput>;

/** Where earlier attempts left the pictures of a job, for the attempt that has it now; none for any other. */
export async function readCheckpoint(args: {
  ctx: ServiceContext;
  input: ReadCheckpointInput;
}): Promise<{ readonly image: number; readonly content: Uint8Array }[]> {
  const { ctx } = args;
  requireWorker(ctx);
  const { jobId, attemptId } = parseInput(ReadCheckpointInput, args.input);
  return ctx.db.prisma.checkpoint.findMany({
    where: { jobId, job: { attemptId } },
    orderBy: { image: "asc" },
    select: { image: true, content: true },
  });
}
