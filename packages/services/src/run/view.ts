import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { isErrorCode, MezzotintError, type PlainError } from "@mezzotint/contracts/errors";
import { RunSettings, type RunView } from "@mezzotint/contracts/run";
import type { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { mayChange, type Membership } from "../membership.ts";
import { readModelTitles } from "../model/read-titles.ts";
import { countCells } from "./cells.ts";

export const RUN_SELECT = {
  id: true,
  teamId: true,
  userId: true,
  name: true,
  status: true,
  modelName: true,
  modelHash: true,
  settings: true,
  seedFirst: true,
  seedCount: true,
  metrics: true,
  errorCode: true,
  errorMessage: true,
  createdAt: true,
  finishedAt: true,
  user: { select: { name: true } },
  promptSet: { select: { id: true, title: true, version: true, promptCount: true } },
  evaluateJob: {
    select: {
      attemptId: true,
      attempts: { select: { id: true, step: true, steps: true }, orderBy: { startedAt: "desc" }, take: 1 },
    },
  },
} satisfies Prisma.RunSelect;

/** The runs of a team but those that were removed. */
export function visibleRuns(teamId: string): Prisma.RunWhereInput {
  return { teamId, removedAt: null };
}

export type RunRow = Prisma.RunGetPayload<{ select: typeof RUN_SELECT }>;

const NO_CELLS = { total: 0, done: 0, waiting: 0, failed: 0, missing: 0 };

export async function viewRuns(tx: Transaction, rows: readonly RunRow[], reader: Membership): Promise<RunView[]> {
  const cells = await countCells(
    tx,
    rows.map(({ id }) => id),
  );
  const titles = await readModelTitles(
    tx,
    rows.map(({ modelHash }) => modelHash),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    status: row.status,
    modelName: row.modelName,
    modelTitle: titles.get(row.modelHash) ?? row.modelName,
    settings: RunSettings.parse(row.settings),
    promptSet: {
      id: row.promptSet.id,
      title: row.promptSet.title,
      version: row.promptSet.version,
      prompts: row.promptSet.promptCount,
    },
    seedFirst: row.seedFirst,
    seedCount: row.seedCount,
    metrics: parseMetrics(row.metrics),
    cells: cells.get(row.id) ?? NO_CELLS,
    scoring: viewScoring(row),
    error: viewError(row),
    authorName: row.user.name,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    mine: mayChange(reader, row),
  }));
}

/** The names this version knows. */
export function parseMetrics(stored: unknown): MetricId[] {
  if (!Array.isArray(stored)) return [];
  return METRIC_IDS.filter((id) => stored.includes(id));
}

export function runNotFound(runId: string): MezzotintError {
  return new MezzotintError("NOT_FOUND", `Run ${runId} was not found.`);
}

function viewScoring({ status, evaluateJob }: RunRow): RunView["scoring"] {
  const [latest] = evaluateJob?.attempts ?? [];
  if (status !== "scoring" || latest === undefined || latest.id !== evaluateJob?.attemptId) return null;
  return { step: latest.step, steps: latest.steps };
}

function viewError({ errorCode, errorMessage }: RunRow): PlainError | null {
  if (errorMessage === null) return null;
  return { code: isErrorCode(errorCode) ? errorCode : "INTERNAL", message: errorMessage };
}
