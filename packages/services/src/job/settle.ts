import { ERROR_CODES, type PlainError } from "@mezzotint/contracts/errors";
import type { JobState } from "@mezzotint/contracts/job";
import type { Transaction } from "@mezzotint/db/transaction";
import { finishJob } from "@mezzotint/queue/finish-job";
import type { Claim } from "@mezzotint/queue/job-state";
import { requeueJob } from "@mezzotint/queue/requeue-job";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { ClaimInput } from "./claim-input.ts";
import { mirrorJob } from "./mirror.ts";

const ErrorInput = z.object({ code: z.enum(ERROR_CODES), message: z.string().max(2_000) });

/** How an attempt ends when it brings no result. */
export const Verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("failed"), error: ErrorInput }),
  z.object({ kind: z.literal("retry"), error: ErrorInput, delayMs: z.int().min(0) }),
  z.object({ kind: z.literal("released") }),
  z.object({ kind: z.literal("cancelled") }),
]);
export type Verdict = z.infer<typeof Verdict>;

export const SettleJobInput = ClaimInput.extend({ verdict: Verdict });
export type SettleJobInput = z.input<typeof SettleJobInput>;

/** Ends an attempt without a result. False when the job is no longer this attempt's, and then nothing changed. */
export async function settleJob(args: { ctx: ServiceContext; input: SettleJobInput }): Promise<boolean> {
  const { ctx } = args;
  requireWorker(ctx);
  const { verdict, ...claim } = parseInput(SettleJobInput, args.input);
  return transact(ctx, async (tx) => {
    const state = await applyVerdict(tx, claim, verdict);
    if (state === null) return false;
    const { payload } = await tx.job.findUniqueOrThrow({ where: { id: claim.jobId }, select: { payload: true } });
    const error: PlainError | null = verdict.kind === "failed" ? verdict.error : null;
    await mirrorJob(tx, { jobId: claim.jobId, payload, state, error, now: ctx.now() });
    return true;
  });
}

async function applyVerdict(tx: Transaction, claim: Claim, verdict: Verdict): Promise<JobState | null> {
  switch (verdict.kind) {
    case "failed":
      return (await finishJob(tx, { ...claim, state: "failed", error: verdict.error })) ? "failed" : null;
    case "cancelled":
      return (await finishJob(tx, { ...claim, state: "cancelled" })) ? "cancelled" : null;
    case "retry":
      return requeueJob(tx, { ...claim, error: verdict.error, delayMs: verdict.delayMs });
    case "released":
      return requeueJob(tx, { ...claim, error: null, delayMs: 0 });
  }
}
