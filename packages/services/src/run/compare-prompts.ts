import { METRIC_IDS } from "@mezzotint/contracts/catalogue";
import type { ComparedPrompt, PromptComparison } from "@mezzotint/contracts/comparison";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import { Protocol, protocolDifferences } from "@mezzotint/contracts/protocol";
import type { Transaction } from "@mezzotint/db/transaction";
import { comparePaired } from "@mezzotint/statistics/paired-comparison";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { requireTeamRuns } from "../vote/team-runs.ts";

export const ComparePromptsInput = z.object({
  runId: z.string().max(64),
  baselineId: z.string().max(64),
  metric: z.enum(METRIC_IDS),
  limit: z.int().min(1).max(1_000).default(100),
});
export type ComparePromptsInput = z.input<typeof ComparePromptsInput>;

interface PictureScore {
  readonly prompt: string;
  readonly seed: string;
  readonly imageId: string;
  readonly value: number;
}

/** Two runs prompt by prompt, picture paired with picture of the same seed; what got worse comes first. */
export async function comparePrompts(args: {
  ctx: ServiceContext;
  input: ComparePromptsInput;
}): Promise<PromptComparison> {
  const { prisma } = args.ctx.db;
  const { runId, baselineId, metric, limit } = parseInput(ComparePromptsInput, args.input);
  await requireTeamRuns(prisma, [runId, baselineId], await requireMembership(prisma, requireUser(args.ctx)));
  const protocols = await findProtocols(prisma, { runId, baselineId, metric });
  if (typeof protocols === "string") return { prompts: [], summary: null, problem: protocols };
  const [own, others] = await Promise.all([
    readScores(prisma, { runId, metric, protocolId: protocols.own }),
    readScores(prisma, { runId: baselineId, metric, protocolId: protocols.baseline }),
  ]);
  const prompts = pairPrompts(own, others);
  const sign = METRIC_FACTS[metric].better === "lower" ? -1 : 1;
  const worstFirst = prompts.toSorted((a, b) => sign * (a.difference - b.difference));
  try {
    const { difference, ...rest } = comparePaired(own, others, { seed: 0n });
    const { value, low, high, level } = difference;
    return {
      prompts: worstFirst.slice(0, limit),
      summary: { ...rest, difference: { value, low, high, level } },
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof MezzotintError) || error.code !== "INVALID_INPUT") throw error;
    return { prompts: worstFirst.slice(0, limit), summary: null, problem: error.message };
  }
}

/** The two scores that compare, or why none do. */
async function findProtocols(
  tx: Transaction,
  { runId, baselineId, metric }: { readonly runId: string; readonly baselineId: string; readonly metric: string },
): Promise<{ readonly own: string; readonly baseline: string } | string> {
  const rows = await tx.score.findMany({
    where: { runId: { in: [runId, baselineId] }, metricId: metric, value: { not: null } },
    select: { runId: true, protocolId: true, protocol: true },
  });
  const scores = rows.map((row) => ({ ...row, protocol: Protocol.parse(row.protocol) }));
  const own = scores.filter((score) => score.runId === runId);
  const baseline = scores.filter((score) => score.runId === baselineId);
  const fields = new Set<string>();
  for (const a of own) {
    for (const b of baseline) {
      // The numbers of pictures may differ here: what is compared are pairs.
      const differing = protocolDifferences(a.protocol, b.protocol).filter(
        (field) => field !== "n" && field !== "reference",
      );
      if (differing.length === 0) return { own: a.protocolId, baseline: b.protocolId };
      for (const field of differing) fields.add(field);
    }
  }
  if (fields.size > 0) return `Not comparable: the scores differ in ${[...fields].join(", ")}.`;
  return "Not comparable: one of the runs has no score of this metric.";
}

function readScores(
  tx: Transaction,
  { runId, metric, protocolId }: { readonly runId: string; readonly metric: string; readonly protocolId: string },
): Promise<PictureScore[]> {
  return tx.$queryRaw<PictureScore[]>`
    SELECT r.prompt, i.seed, i.id AS "imageId", s.value
    FROM image_score s
    JOIN image i ON i.id = s.image_id
    JOIN recipe r ON r.id = i.recipe_id
    WHERE s.run_id = ${runId} AND s.metric_id = ${metric} AND s.protocol_id = ${protocolId}
    ORDER BY i.id`;
}

function pairPrompts(own: readonly PictureScore[], others: readonly PictureScore[]): ComparedPrompt[] {
  const known = new Map(others.map((score) => [JSON.stringify([score.prompt, score.seed]), score]));
  const pairs = own.flatMap((score) => {
    const baseline = known.get(JSON.stringify([score.prompt, score.seed]));
    return baseline === undefined ? [] : [{ score, baseline }];
  });
  const byPrompt = new Map<string, typeof pairs>();
  for (const pair of pairs) byPrompt.set(pair.score.prompt, [...(byPrompt.get(pair.score.prompt) ?? []), pair]);
  return [...byPrompt].map(([prompt, list]) => {
    const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    const value = mean(list.map(({ score }) => score.value));
    const baseline = mean(list.map((pair) => pair.baseline.value));
    const shown = list.map(({ score, baseline: other }) => {
      return { seed: score.seed, imageId: score.imageId, baselineImageId: other.imageId };
    });
    return { prompt, value, baseline, difference: value - baseline, pairs: shown };
  });
}
