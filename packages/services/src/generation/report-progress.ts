import { GenerationEvent } from "@mezzotint/contracts/progress";
import { recordProgress } from "@mezzotint/queue/record-progress";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { ClaimInput } from "../job/claim-input.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { notifyGeneration } from "./notify.ts";

export const ReportProgressInput = ClaimInput.extend({
  generationId: z.string().max(64),
  teamId: z.string().max(64),
  step: z.int().min(0),
  steps: z.int().min(0),
  /** A data URL; one too long for a NOTIFY is left out rather than refused. */
  preview: z.string().nullable(),
});
export type ReportProgressInput = z.input<typeof ReportProgressInput>;

const PREVIEW_LENGTH_MAX = 6_000;

/** Notes how far an attempt is, for readers who come later, and tells those who watch. False when it is not its job. */
export async function reportProgress(args: { ctx: ServiceContext; input: ReportProgressInput }): Promise<boolean> {
  const { ctx } = args;
  requireWorker(ctx);
  const input = parseInput(ReportProgressInput, args.input);
  const { generationId, teamId, step, steps } = input;
  const preview = input.preview !== null && input.preview.length <= PREVIEW_LENGTH_MAX ? input.preview : null;
  return transact(ctx, async (tx) => {
    if (!(await recordProgress(tx, input))) return false;
    await notifyGeneration(tx, GenerationEvent.parse({ type: "progress", generationId, teamId, step, steps, preview }));
    return true;
  });
}
