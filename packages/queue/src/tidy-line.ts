import type { Transaction } from "@mezzotint/db/transaction";

/** So many dead rows make a claim step noticeably longer. */
const DEAD_MAX = 1_000;

/**
 * Removes who stands in the line in vain, and what moved teams and people left at their old places, which is where every
 * claim begins to look; the database would do the latter once a minute by itself. One VACUUM at a time, of two small
 * tables. Not inside of a transaction.
 */
export async function tidyLine(db: Transaction): Promise<void> {
  const [row] = await db.$queryRaw<{ dead: number }[]>`
    SELECT coalesce(max(n_dead_tup), 0)::integer AS dead
    FROM pg_stat_user_tables WHERE relname IN ('waiting_team', 'waiting_person')`;
  if ((row?.dead ?? 0) < DEAD_MAX) return;
  await db.$executeRaw`SELECT prune_line()`;
  await db.$executeRaw`VACUUM (SKIP_LOCKED, TRUNCATE OFF) waiting_team, waiting_person`;
}
