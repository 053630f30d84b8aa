import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { FAIR_ORDER, fairTurns } from "./fair-turns.ts";

/** How many waiting jobs go before each of these, by job id. Jobs that do not wait, or not yet, are absent. */
export async function readJobsAhead(tx: Transaction, jobIds: readonly string[]): Promise<Map<string, number>> {
  if (jobIds.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ id: string; ahead: number }[]>`
    SELECT id, ahead
    FROM (
      SELECT t.id, (row_number() OVER (ORDER BY ${FAIR_ORDER}) - 1)::integer AS ahead
      FROM (${fairTurns(Prisma.sql`true`)}) AS t
    ) AS line
    WHERE id IN (${Prisma.join([...jobIds])})`;
  return new Map(rows.map(({ id, ahead }) => [id, ahead]));
}
