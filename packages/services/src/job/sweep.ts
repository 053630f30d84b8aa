import { isErrorCode } from "@mezzotint/contracts/errors";
import type { MovedJob } from "@mezzotint/queue/job-state";
import { sweepJobs as sweep } from "@mezzotint/queue/sweep-jobs";
import { tidyLine } from "@mezzotint/queue/tidy-line";
import { requireServer, type ServiceContext } from "../context.ts";
import { transact } from "../transact.ts";
import { mirrorJob } from "./mirror.ts";

/**
 * Takes back what dead and hanging workers held, and returns it for the log; and keeps the line quick to read. Workers and
 * web servers do it now and then.
 */
export async function sweepJobs(args: { ctx: ServiceContext; input?: undefined }): Promise<MovedJob[]> {
  const { ctx } = args;
  requireServer(ctx);
  const swept = await transact(ctx, async (tx) => {
    const moved = await sweep(tx);
    for (const { jobId, payload, state, errorCode, errorMessage } of moved) {
      const error =
        errorMessage === null ? null : { code: isErrorCode(errorCode) ? errorCode : "INTERNAL", message: errorMessage };
      await mirrorJob(tx, { jobId, payload, state, error, now: ctx.now() });
    }
    return moved;
  });
  await tidyLine(ctx.db.prisma);
  return swept;
}
