import { METRIC_IDS } from "@mezzotint/contracts/catalogue";
import type { ComparedColumn, ComparedRun, ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";
import { Protocol } from "@mezzotint/contracts/protocol";
import { RunSettings } from "@mezzotint/contracts/run";
import type { Prisma } from "@mezzotint/db/prisma";
import { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership } from "../membership.ts";
import { readModelTitles } from "../model/read-titles.ts";
import { parseInput } from "../parse-input.ts";
import { compareScores, type StoredScore } from "./compare-scores.ts";
import { readPictureSeconds } from "./picture-seconds.ts";
import { runNotFound, visibleRuns } from "./view.ts";

export const CompareRunsInput = z.object({
  runIds: z.array(z.string().max(64)).min(1, "Choose at least 1 run.").max(50, "At most 50 runs at once."),
  /** The first of the runs where absent. */
  baselineId: z.string().max(64).optional(),
});
export type CompareRunsInput = z.input<typeof CompareRunsInput>;

const SELECT = {
  id: true,
  name: true,
  status: true,
  modelName: true,
  modelHash: true,
  settings: true,
  seedFirst: true,
  seedCount: true,
  createdAt: true,
  promptSet: { select: { id: true, title: true, version: true, promptCount: true } },
  scores: true,
} satisfies Prisma.RunSelect;
type Row = Prisma.RunGetPayload<{ select: typeof SELECT }>;

/** Runs side by side: every score with its interval, and its difference from the baseline's where the two compare. */
export async function compareRuns(args: { ctx: ServiceContext; input: CompareRunsInput }): Promise<RunComparison> {
  const { prisma } = args.ctx.db;
  const { runIds, baselineId = runIds[0] ?? "" } = parseInput(CompareRunsInput, args.input);
  const { teamId } = await requireMembership(prisma, requireUser(args.ctx));
  const where = { ...visibleRuns(teamId), id: { in: [...runIds, baselineId] } };
  const found = await prisma.run.findMany({ where, select: SELECT });
  const rows = [...new Set([...runIds, baselineId])].map((id) => {
    const row = found.find((one) => one.id === id);
    if (row === undefined) throw runNotFound(id);
    return row;
  });
  const [titles, seconds] = await Promise.all([
    readModelTitles(
      prisma,
      rows.map(({ modelHash }) => modelHash),
    ),
    readPictureSeconds(
      prisma,
      rows.map(({ id }) => id),
    ),
  ]);
  const scores = rows.flatMap(storedScores);
  const columns = columnsOf(scores);
  const placed = compareScores({ columns, scores, baselineId });
  const runs = rows.map((row) => viewRun(row, { titles, seconds }));
  return { runs, columns, scores: byRun(rows, placed), baselineId };
}

function viewRun(
  row: Row,
  { titles, seconds }: { readonly titles: ReadonlyMap<string, string>; readonly seconds: ReadonlyMap<string, number> },
): ComparedRun {
  const { id, name, status, seedFirst, seedCount, createdAt } = row;
  const { promptCount: prompts, ...promptSet } = row.promptSet;
  return {
    id,
    name,
    status,
    modelTitle: titles.get(row.modelHash) ?? row.modelName,
    settings: RunSettings.parse(row.settings),
    promptSet: { ...promptSet, prompts },
    seedFirst,
    seedCount,
    secondsPerPicture: seconds.get(id) ?? null,
    createdAt: createdAt.toISOString(),
  };
}

function storedScores({ scores }: Row): StoredScore[] {
  return scores.flatMap(({ metricId, protocol, details, ...rest }) => {
    // A metric or protocol of another version of this program is not shown rather than misread.
    const known = METRIC_IDS.find((id) => id === metricId);
    const parsed = Protocol.safeParse(protocol);
    if (known === undefined || !parsed.success) return [];
    const figures = z.record(z.string(), z.number()).catch({}).parse(details);
    return [{ ...rest, metric: known, protocol: parsed.data, details: figures }];
  });
}

/** One column a metric, or several where several extractors serve it. */
function columnsOf(scores: readonly StoredScore[]): ComparedColumn[] {
  return METRIC_IDS.flatMap((metric): ComparedColumn[] => {
    const own = scores.filter((score) => score.metric === metric);
    const extractors = [...new Set(own.flatMap(({ protocol }) => protocol.extractor ?? []))].toSorted();
    if (own.length === 0) return [];
    if (extractors.length < 2) return [{ id: metric, metric, extractor: null }];
    return extractors.map((hash) => ({ id: `${metric} ${hash.slice(0, 8)}`, metric, extractor: hash.slice(0, 8) }));
  });
}

function byRun(
  rows: readonly Row[],
  placed: ReadonlyMap<string, readonly ComparedScore[]>,
): Record<string, Record<string, ComparedScore>> {
  return Object.fromEntries(
    rows.map(({ id }) => {
      const own = [...placed].flatMap(([column, scores]) => {
        const score = scores.find(({ runId }) => runId === id);
        return score === undefined ? [] : [[column, score] as const];
      });
      return [id, Object.fromEntries(own)];
    }),
  );
}
