import { recordProgress } from "@mezzotint/queue/record-progress";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { ClaimInput } from "../job/claim-input.ts";
import { parseInput } from "../parse-input.ts";

export const ReportScoringInput = ClaimInput.extend({ step: z.int().min(0), steps: z.int().min(0) });
export type ReportScoringInput = z.input<typeof ReportScoringInput>;

/** Notes how many pictures have been looked at. False when the job is no longer this attempt's. */
export async function reportScoring(args: { ctx: ServiceContext; input: ReportScoringInput }): Promise<boolean> {
  requireWorker(args.ctx);
  return recordProgress(args.ctx.db.prisma, parseInput(ReportScoringInput, args.input));
}
