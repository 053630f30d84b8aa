import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { lockUnscored, requireRunChange } from "./change.ts";
import { GetRunInput } from "./get.ts";

/** Takes a run that rests out of every list and comparison. Its pictures, scores and votes stay for its return. */
export async function removeRun(args: { ctx: ServiceContext; input: GetRunInput }): Promise<void> {
  const { ctx } = args;
  const { runId } = parseInput(GetRunInput, args.input);
  await transact(ctx, async (tx) => {
    await requireRunChange(ctx, tx, { runId });
    if ((await lockUnscored(tx, runId)) === "filling") {
      throw new MezzotintError("CONFLICT", "This run is being drawn; cancel it first.");
    }
    await tx.run.update({ where: { id: runId }, data: { removedAt: ctx.now() } });
  });
}
