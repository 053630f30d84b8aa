import type { RunView } from "@mezzotint/contracts/run";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireRunChange } from "./change.ts";
import { GetRunInput, readRun } from "./get.ts";

/** Brings a removed run back as it was, with its pictures, scores and votes. */
export async function restoreRun(args: { ctx: ServiceContext; input: GetRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { runId } = parseInput(GetRunInput, args.input);
  return transact(ctx, async (tx) => {
    const membership = await requireRunChange(ctx, tx, { runId, removedAt: { not: null } });
    await tx.run.update({ where: { id: runId }, data: { removedAt: null } });
    return readRun(tx, runId, membership);
  });
}
