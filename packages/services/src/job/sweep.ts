import { isErrorCode } from "@mezzotint/contracts/errors";
import type { MovedJob } from "@mezzotint/queue/job-state";
import { sweepJobs as sweep } from "@mezzotint/queue/sweep-jobs";
import { requireServer, type ServiceContext } from "../context.ts";
import { transact } from "../transact.ts";
import { mirrorJob } from "./mirror.ts";

/** Takes back what dead and hanging workers held, and returns it for the log. Workers and web servers do it now and then. */
export async function sweepJobs(args: { ctx: ServiceContext; input?: undefined }): Promise<MovedJob[]> {
  const { ctx } = args;
  requireServer(ctx);
  return transact(ctx, async (tx) => {
    const moved = await sweep(tx);
    for (const { jobId, payload, state, errorCode, errorMessage } of moved) {
      const error =
        errorMessage === null ? null : { code: isErrorCode(errorCode) ? errorCode : "INTERNAL", message: errorMessage };
      await mirrorJob(tx, { jobId, payload, state, error, now: ctx.now() });
    }
    return moved;
  });
}
