import type { MetricId } from "@mezzotint/contracts/catalogue";
import { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import type { Transaction } from "@mezzotint/db/transaction";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { parseInput } from "../parse-input.ts";
import { parseMetrics, runNotFound } from "./view.ts";

export const GetEvaluationInput = z.object({ runId: z.string().max(64) });
export type GetEvaluationInput = z.input<typeof GetEvaluationInput>;

export interface EvaluatedPicture {
  readonly imageId: string;
  /** SHA-256 of the file, which is its place in storage. */
  readonly imageKey: string;
  readonly promptIndex: number;
  readonly seedIndex: number;
}

/** What a worker needs to know to score a run. */
export interface Evaluation {
  readonly runId: string;
  readonly metrics: readonly MetricId[];
  readonly prompts: readonly PromptSetPrompt[];
  /** One for each cell that has a picture, by prompt and seed. */
  readonly pictures: readonly EvaluatedPicture[];
  /** Cells without one. */
  readonly missing: number;
  /** What is scored already, of which pictures: the same pictures need no second scoring. */
  readonly scored: readonly { readonly metric: string; readonly picturesHash: string }[];
}

export async function getEvaluation(args: { ctx: ServiceContext; input: GetEvaluationInput }): Promise<Evaluation> {
  const { ctx } = args;
  requireWorker(ctx);
  const { runId } = parseInput(GetEvaluationInput, args.input);
  const { prisma } = ctx.db;
  const run = await prisma.run.findUnique({
    where: { id: runId },
    select: {
      metrics: true,
      seedCount: true,
      promptSet: { select: { prompts: true } },
      scores: { where: { problem: null }, select: { metricId: true, picturesHash: true } },
    },
  });
  if (run === null) throw runNotFound(runId);
  const prompts = PromptSetPrompt.array().parse(run.promptSet.prompts);
  const pictures = await readPictures(prisma, runId);
  return {
    runId,
    metrics: parseMetrics(run.metrics),
    prompts,
    pictures,
    missing: prompts.length * run.seedCount - pictures.length,
    scored: run.scores.map(({ metricId, picturesHash }) => ({ metric: metricId, picturesHash })),
  };
}

/** The newest picture of each cell. */
async function readPictures(tx: Transaction, runId: string): Promise<EvaluatedPicture[]> {
  return tx.$queryRaw<EvaluatedPicture[]>`
    SELECT DISTINCT ON (g.prompt_index, g.seed_index + i.index)
      i.id AS "imageId", i.storage_key AS "imageKey",
      g.prompt_index AS "promptIndex", g.seed_index + i.index AS "seedIndex"
    FROM generation g JOIN image i ON i.generation_id = g.id
    WHERE g.run_id = ${runId} AND i.deleted_at IS NULL
    ORDER BY g.prompt_index, g.seed_index + i.index, i.id DESC`;
}
