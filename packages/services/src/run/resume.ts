import type { RunView } from "@mezzotint/contracts/run";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { lockUnscored, requireRunChange } from "./change.ts";
import { countCells } from "./cells.ts";
import { fillRun } from "./fill.ts";
import { GetRunInput, readRun } from "./get.ts";
import { startScoring } from "./settle.ts";
import { moveRun } from "./status.ts";

/** Asks again for the pictures a run lacks, failed ones included; with all of them there, scores it again. */
export async function resumeRun(args: { ctx: ServiceContext; input: GetRunInput }): Promise<RunView> {
  const { ctx } = args;
  const { runId } = parseInput(GetRunInput, args.input);
  const membership = await requireRunChange(ctx, ctx.db.prisma, { runId });
  const fills = await transact(ctx, async (tx) => {
    const status = await lockUnscored(tx, runId);
    if (status === "filling") return true;
    const cells = (await countCells(tx, [runId])).get(runId);
    if (cells !== undefined && cells.done === cells.total) return !(await startScoring(tx, runId, ctx.now()));
    return moveRun(tx, { runId, status: "filling", now: ctx.now() });
  });
  if (fills) await fillRun(ctx, runId);
  return readRun(ctx.db.prisma, runId, membership);
}
