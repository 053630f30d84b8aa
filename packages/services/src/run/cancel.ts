import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RunView } from "@mezzotint/contracts/run";
import { cancelJob } from "@mezzotint/queue/cancel-job";
import type { ServiceContext } from "../context.ts";
import { moveGeneration } from "../generation/status.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireRunChange } from "./change.ts";
import { GetRunInput, readRun } from "./get.ts";
import { moveRun } from "./status.ts";

const JOBS_AT_ONCE = 200;

/** Ends a run: its waiting pictures at once, those at work within a step, its scoring too. What is made stays. */
export async function cancelRun(args: { ctx: ServiceContext; input: GetRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { prisma } = ctx.db;
  const { runId } = parseInput(GetRunInput, args.input);
  const membership = await requireRunChange(ctx, prisma, { runId });
  const { status, evaluateJobId } = await prisma.run.findUniqueOrThrow({
    where: { id: runId },
    select: { status: true, evaluateJobId: true },
  });
  if (status === "done" || status === "failed") {
    throw new MezzotintError("CONFLICT", `This run is ${status} already; there is nothing to cancel.`);
  }
  // The run first and its jobs afterwards: a picture that ends in between then finds nothing to settle.
  await transact(ctx, (tx) => moveRun(tx, { runId, status: "cancelled", now: ctx.now() }));
  if (evaluateJobId !== null) await transact(ctx, (tx) => cancelJob(tx, evaluateJobId));
  await cancelPictures(ctx, runId);
  return readRun(prisma, runId, membership);
}

async function cancelPictures(ctx: ServiceContext, runId: string): Promise<void> {
  let after = "";
  for (;;) {
    const rows = await ctx.db.prisma.generation.findMany({
      where: { runId, status: { in: ["queued", "running"] }, id: { gt: after } },
      orderBy: { id: "asc" },
      take: JOBS_AT_ONCE,
      select: { id: true, jobId: true },
    });
    if (rows.length === 0) return;
    after = rows.at(-1)?.id ?? after;
    await transact(ctx, async (tx) => {
      for (const { id, jobId } of rows) {
        const state = await cancelJob(tx, jobId);
        if (state === "cancelled") await moveGeneration(tx, { generationId: id, status: "cancelled", now: ctx.now() });
      }
    });
  }
}
