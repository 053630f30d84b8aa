import { MezzotintError } from "@mezzotint/contracts/errors";
import { releaseJob as release } from "@mezzotint/queue/release-job";
import { z } from "zod";
import type { ServiceContext } from "../context.ts";
import { mirrorJob } from "../job/mirror.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireAdministrator } from "./require-administrator.ts";

export const ReleaseJobInput = z.object({ jobId: z.string().max(64) });
export type ReleaseJobInput = z.input<typeof ReleaseJobInput>;

/** Gives a job in quarantine another chance, as if it were new. */
export async function releaseJob(args: { ctx: ServiceContext; input: ReleaseJobInput }): Promise<void> {
  const { ctx } = args;
  const { jobId } = parseInput(ReleaseJobInput, args.input);
  await requireAdministrator(ctx);
  await transact(ctx, async (tx) => {
    const released = await release(tx, jobId);
    if (released === null) throw new MezzotintError("NOT_FOUND", `Job ${jobId} is not in quarantine.`);
    await mirrorJob(tx, { jobId, payload: released.payload, state: "queued", now: ctx.now() });
  });
}
