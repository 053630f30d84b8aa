import { RunRenaming, type RunView } from "@mezzotint/contracts/run";
import type { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireRunChange } from "./change.ts";
import { readRun } from "./get.ts";

export type RenameRunInput = z.input<typeof RunRenaming>;

/** Gives a run another name; it may be drawn or scored meanwhile. */
export async function renameRun(args: { ctx: ServiceContext; input: RenameRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { runId, name } = parseInput(RunRenaming, args.input);
  return transact(ctx, async (tx) => {
    const membership = await requireRunChange(ctx, tx, { runId });
    await tx.run.update({ where: { id: runId }, data: { name } });
    return readRun(tx, runId, membership);
  });
}
