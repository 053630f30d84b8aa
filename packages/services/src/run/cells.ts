import type { RunCells } from "@mezzotint/contracts/run";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";

export interface Cell {
  readonly promptIndex: number;
  readonly seedIndex: number;
}

/** How far the cells of runs are, by run id. Only what has not succeeded is looked at cell by cell. */
export async function countCells(tx: Transaction, runIds: readonly string[]): Promise<Map<string, RunCells>> {
  if (runIds.length === 0) return new Map();
  const runs = Prisma.join([...runIds]);
  const rows = await tx.$queryRaw<{ id: string; total: number; done: number; waiting: number; failed: number }[]>`
    WITH asked AS (
      SELECT g.run_id, g.prompt_index, g.seed_index + i.index AS seed_index, 'done' AS state
      FROM generation g
      JOIN image i ON i.generation_id = g.id AND i.deleted_at IS NULL
      WHERE g.run_id IN (${runs})
      UNION ALL
      SELECT g.run_id, g.prompt_index, g.seed_index + k.i, CASE g.status WHEN 'failed' THEN 'failed' ELSE 'waiting' END
      FROM generation g
      CROSS JOIN LATERAL generate_series(0, g.count - 1) AS k(i)
      WHERE g.run_id IN (${runs}) AND g.status IN ('queued', 'running', 'failed')
    ), cell AS (
      SELECT run_id, bool_or(state = 'done') AS done, bool_or(state = 'waiting') AS waiting
      FROM asked
      GROUP BY run_id, prompt_index, seed_index
    )
    SELECT
      run.id,
      (prompt_set.prompt_count * run.seed_count)::integer AS total,
      count(*) FILTER (WHERE cell.done)::integer AS done,
      count(*) FILTER (WHERE NOT cell.done AND cell.waiting)::integer AS waiting,
      count(*) FILTER (WHERE NOT cell.done AND NOT cell.waiting)::integer AS failed
    FROM run
    JOIN prompt_set ON prompt_set.id = run.prompt_set_id
    LEFT JOIN cell ON cell.run_id = run.id
    WHERE run.id IN (${runs})
    GROUP BY run.id, prompt_set.prompt_count`;
  return new Map(
    rows.map(({ id, total, done, waiting, failed }) => {
      const missing = total - done - waiting - failed;
      return [id, { total, done, waiting, failed, missing }];
    }),
  );
}

/**
 * The first cells, at most `limit`, that have no picture and nobody at work on one; those asked for at `since` or later
 * had their chance.
 */
export async function readMissingCells(
  tx: Transaction,
  { runId, since, limit }: { readonly runId: string; readonly since: Date; readonly limit: number },
): Promise<Cell[]> {
  return tx.$queryRaw<Cell[]>`
    SELECT p.i AS "promptIndex", s.i AS "seedIndex"
    FROM run
    JOIN prompt_set ON prompt_set.id = run.prompt_set_id
    CROSS JOIN LATERAL generate_series(0, prompt_set.prompt_count - 1) AS p(i)
    CROSS JOIN LATERAL generate_series(0, run.seed_count - 1) AS s(i)
    LEFT JOIN (
      SELECT
        g.prompt_index, g.seed_index + k.i AS seed_index,
        bool_or(i.id IS NOT NULL) AS done,
        bool_or(g.status IN ('queued', 'running')) AS waiting,
        max(g.created_at) AS asked_at
      FROM generation g
      CROSS JOIN LATERAL generate_series(0, g.count - 1) AS k(i)
      LEFT JOIN image i ON i.generation_id = g.id AND i.index = k.i AND i.deleted_at IS NULL
      WHERE g.run_id = ${runId}
      GROUP BY g.prompt_index, g.seed_index + k.i
    ) AS asked ON asked.prompt_index = p.i AND asked.seed_index = s.i
    WHERE run.id = ${runId}
      AND (asked.asked_at IS NULL OR NOT (asked.done OR asked.waiting OR asked.asked_at >= ${since}))
    ORDER BY p.i, s.i
    LIMIT ${limit}`;
}
