import { RunScoring, type RunView } from "@mezzotint/contracts/run";
import type { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { lockUnscored, requireRunChange } from "./change.ts";
import { readRun } from "./get.ts";
import { startScoring } from "./settle.ts";
import { parseMetrics } from "./view.ts";

export type ScoreRunInput = z.input<typeof RunScoring>;

/** Adds metrics to a run. A run that rests is scored at once; what its pictures were seen as before is not seen again. */
export async function scoreRun(args: { ctx: ServiceContext; input: ScoreRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { runId, metrics } = parseInput(RunScoring, args.input);
  const membership = await requireRunChange(ctx, ctx.db.prisma, { runId });
  await transact(ctx, async (tx) => {
    const status = await lockUnscored(tx, runId);
    const run = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { metrics: true } });
    const all = [...new Set([...parseMetrics(run.metrics), ...metrics])];
    await tx.run.update({ where: { id: runId }, data: { metrics: all } });
    if (status !== "filling") await startScoring(tx, runId, ctx.now());
  });
  return readRun(ctx.db.prisma, runId, membership);
}
