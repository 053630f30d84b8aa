import { keepCheckpoint } from "@mezzotint/queue/keep-checkpoint";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { ClaimInput } from "../job/claim-input.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";

export const SaveCheckpointInput = ClaimInput.extend({
  states: z.array(
    z.object({ image: z.int().min(0), content: z.instanceof<typeof Uint8Array<ArrayBufferLike>>(Uint8Array) }),
  ),
});
export type SaveCheckpointInput = z.input<typeof SaveCheckpointInput>;

/** Keeps where pictures of a running attempt stand, in place of what was kept of them. False when it is not its job. */
export async function saveCheckpoint(args: { ctx: ServiceContext; input: SaveCheckpointInput }): Promise<boolean> {
  const { ctx } = args;
  requireWorker(ctx);
  const { states, ...claim } = parseInput(SaveCheckpointInput, args.input);
  return transact(ctx, async (tx) => {
    for (const state of states) if (!(await keepCheckpoint(tx, { ...claim, ...state }))) return false;
    return true;
  });
}
