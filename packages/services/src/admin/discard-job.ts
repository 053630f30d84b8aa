import { MezzotintError } from "@mezzotint/contracts/errors";
import { discardJob as discard } from "@mezzotint/queue/discard-job";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireAdministrator } from "./require-administrator.ts";

export const DiscardJobInput = z.object({ jobId: z.string().max(64) });
export type DiscardJobInput = z.input<typeof DiscardJobInput>;

/** Takes a job off the list of the quarantine; it stays failed. */
export async function discardJob(args: { ctx: ServiceContext; input: DiscardJobInput }): Promise<void> {
  const { ctx } = args;
  const { jobId } = parseInput(DiscardJobInput, args.input);
  await requireAdministrator(ctx);
  const discarded = await transact(ctx, (tx) => discard(tx, jobId));
  if (!discarded) throw new MezzotintError("NOT_FOUND", `Job ${jobId} is not in quarantine.`);
}
