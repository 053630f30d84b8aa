import { protocolId } from "@mezzotint/contracts/protocol";
import { Sha256 } from "@mezzotint/contracts/recipe";
import { ScoreResult } from "@mezzotint/contracts/score";
import type { Transaction } from "@mezzotint/db/transaction";
import { finishJob } from "@mezzotint/queue/finish-job";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { ClaimInput } from "../job/claim-input.ts";
import { mirrorJob } from "../job/mirror.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { lockRun } from "./settle.ts";

export const CompleteEvaluationInput = ClaimInput.extend({
  runId: z.string().max(64),
  runtime: z.string().max(200),
  elapsedMs: z.number().min(0),
  picturesHash: Sha256,
  missing: z.int().min(0),
  /** Only of the metrics that were scored this time; what was scored before stays. */
  scores: z.array(ScoreResult),
});
export type CompleteEvaluationInput = z.input<typeof CompleteEvaluationInput>;
type Completion = z.output<typeof CompleteEvaluationInput>;

const ROWS_AT_ONCE = 2_000;

/** Writes the scores and ends attempt, job and run, all or nothing. False when the job went to another attempt. */
export async function completeEvaluation(args: {
  ctx: ServiceContext;
  input: CompleteEvaluationInput;
}): Promise<boolean> {
  const { ctx } = args;
  requireWorker(ctx);
  const completion = parseInput(CompleteEvaluationInput, args.input);
  const { jobId, attemptId, runId, runtime } = completion;
  const elapsedMs = Math.round(completion.elapsedMs);
  return transact(ctx, async (tx) => {
    if (
      !(await finishJob(tx, {
        jobId,
        attemptId,
        state: "done",
        provider: "cpu",
        providerVersion: runtime,
        runtime,
        elapsedMs,
      }))
    ) {
      const attempt = await tx.attempt.findUnique({ where: { id: attemptId }, select: { outcome: true } });
      return attempt?.outcome === "succeeded";
    }
    // Somebody may have cancelled the run meanwhile, or had it scored again: then these scores are nobody's any more.
    if ((await lockRun(tx, runId)) !== "scoring") return true;
    const { evaluateJobId } = await tx.run.findUniqueOrThrow({ where: { id: runId }, select: { evaluateJobId: true } });
    if (evaluateJobId !== jobId) return true;
    await writeScores(tx, completion, ctx.now());
    await mirrorJob(tx, { jobId, payload: { kind: "evaluate", runId }, state: "done", now: ctx.now() });
    return true;
  });
}

async function writeScores(tx: Transaction, completion: Completion, now: Date): Promise<void> {
  const { runId, picturesHash, missing, scores } = completion;
  const rows = await Promise.all(scores.map(async (score) => ({ score, id: await protocolId(score.protocol) })));
  const metricIds = scores.map(({ metric }) => metric);
  await tx.score.deleteMany({ where: { runId, metricId: { in: metricIds } } });
  await tx.score.createMany({
    data: rows.map(({ score, id }) => ({
      runId,
      metricId: score.metric,
      protocolId: id,
      protocol: score.protocol,
      value: score.estimate?.value ?? null,
      low: score.estimate?.low ?? null,
      high: score.estimate?.high ?? null,
      level: score.estimate?.level ?? null,
      problem: score.estimate === null ? (score.problem ?? "It makes no number.") : null,
      n: score.protocol.n,
      missing,
      picturesHash,
      groups: score.groups,
      details: score.details,
      leftOut: score.leftOut,
      seconds: score.seconds,
      createdAt: now,
    })),
  });
  const images = rows.flatMap(({ score, id }) =>
    (score.perPicture ?? []).map(({ imageId, value }) => {
      return { runId, metricId: score.metric, protocolId: id, imageId, value };
    }),
  );
  for (let start = 0; start < images.length; start += ROWS_AT_ONCE) {
    await tx.imageScore.createMany({ data: images.slice(start, start + ROWS_AT_ONCE) });
  }
}
