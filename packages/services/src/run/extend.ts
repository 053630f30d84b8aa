import { MezzotintError } from "@mezzotint/contracts/errors";
import { RunExtension, type RunView } from "@mezzotint/contracts/run";
import type { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { lockUnscored, requireRunChange } from "./change.ts";
import { refuseTooMany } from "./create.ts";
import { fillRun } from "./fill.ts";
import { readRun } from "./get.ts";
import { moveRun } from "./status.ts";

export type ExtendRunInput = z.input<typeof RunExtension>;

/** Gives a run more seeds: the pictures it has stay, the new ones are asked for, and it is scored anew. */
export async function extendRun(args: { ctx: ServiceContext; input: ExtendRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { runId, seedCount } = parseInput(RunExtension, args.input);
  const membership = await requireRunChange(ctx, ctx.db.prisma, { runId });
  await transact(ctx, async (tx) => {
    const status = await lockUnscored(tx, runId);
    const run = await tx.run.findUniqueOrThrow({
      where: { id: runId },
      select: { seedCount: true, promptSet: { select: { promptCount: true } } },
    });
    if (seedCount <= run.seedCount) {
      throw new MezzotintError("INVALID_INPUT", `seedCount: this run has ${run.seedCount} seeds already.`);
    }
    refuseTooMany(run.promptSet.promptCount, seedCount);
    await tx.run.update({ where: { id: runId }, data: { seedCount, askedAt: null } });
    if (status !== "filling") await moveRun(tx, { runId, status: "filling", now: ctx.now() });
  });
  await fillRun(ctx, runId);
  return readRun(ctx.db.prisma, runId, membership);
}
