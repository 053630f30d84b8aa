import { Prisma } from "@mezzotint/db/prisma";
import { decayed } from "./decay.ts";

/** No attempt costs more than this by the database's clock alone, so that a clock that jumps ruins nobody. */
const WALL_SECONDS_MAX = 3_600;

/** The device seconds of an attempt that ends now: as measured by its worker, or else the time it took. */
export function deviceSeconds(measured: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`coalesce(${measured}, least(
    greatest(extract(epoch FROM now() - attempt.started_at)::float8, 0), ${WALL_SECONDS_MAX}::float8
  ))`;
}

/**
 * The last common table expressions of every statement that ends attempts, over rows of `ended` (team_id, user_id,
 * worker_id, lane, device_seconds): they replace the predicted cost, which counted while the job ran, by what it was.
 * In one order, so that two settlements at once wait for each other instead of for ever.
 */
export const SETTLE_ACCOUNT = Prisma.sql`charged AS (
    INSERT INTO usage (team_id, user_id, seconds, updated_at)
    SELECT team_id, user_id, sum(device_seconds), now() FROM ended GROUP BY team_id, user_id ORDER BY team_id, user_id
    ON CONFLICT (team_id, user_id) DO UPDATE SET
      seconds = ${decayed(Prisma.sql`usage.seconds`, Prisma.sql`usage.updated_at`)} + excluded.seconds,
      updated_at = excluded.updated_at
  ), given AS (
    SELECT
      worker_id,
      coalesce(sum(device_seconds) FILTER (WHERE lane = 'interactive'), 0) AS interactive,
      coalesce(sum(device_seconds) FILTER (WHERE lane = 'batch'), 0) AS batch
    FROM ended GROUP BY worker_id
  ), served AS (
    UPDATE worker SET
      interactive_seconds =
        ${decayed(Prisma.sql`worker.interactive_seconds`, Prisma.sql`worker.spent_at`)} + given.interactive,
      batch_seconds = ${decayed(Prisma.sql`worker.batch_seconds`, Prisma.sql`worker.spent_at`)} + given.batch,
      spent_at = now()
    FROM given
    WHERE worker.id = given.worker_id
  )`;
