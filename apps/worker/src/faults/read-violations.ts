import type { ServiceContext } from "@mezzotint/services/context";

/** Seconds that rounding and transactions which end out of order may move an account by, whole and in parts of it. */
const ROUNDING_SECONDS = 0.01;
const ROUNDING_PART = 0.001;

/**
 * What must hold when everything has come to rest, whatever was killed meanwhile, read from the rows and the files
 * alone. Empty when it does. Accounts can be recomputed from the attempts to the rounding, unless a clock jumped: then
 * they must not be more than what the attempts took.
 */
export async function readViolations(
  { db, storage }: ServiceContext,
  acknowledged: readonly string[],
  { hasClockJumped }: { readonly hasClockJumped: boolean },
): Promise<string[]> {
  const { rows } = await db.pool.query<{ violation: string }>(
    `SELECT 'lost: ' || asked.id AS violation FROM unnest($1::text[]) AS asked (id)
     WHERE NOT EXISTS (SELECT FROM generation WHERE generation.id = asked.id)
   UNION ALL
     SELECT 'acknowledged and ' || status || ': ' || id || coalesce(': ' || error_message, '')
     FROM generation WHERE id = ANY ($1::text[]) AND status <> 'succeeded'
   UNION ALL
     SELECT 'stuck: ' || id || ' is ' || status FROM generation WHERE status IN ('queued', 'running')
   UNION ALL
     SELECT 'job ' || j.id || ' is ' || j.state || ', its generation ' || g.status
     FROM job j JOIN generation g ON g.job_id = j.id WHERE (j.state = 'done') <> (g.status = 'succeeded')
   UNION ALL
     SELECT 'pictures: ' || g.id || ' has ' || count(i.id) || ' of ' || g.count || ' by ' || count(DISTINCT i.attempt_id)
     FROM generation g LEFT JOIN image i ON i.generation_id = g.id
     GROUP BY g.id, g.status, g.count
     HAVING count(i.id) <> CASE g.status WHEN 'succeeded' THEN g.count ELSE 0 END OR count(DISTINCT i.attempt_id) > 1
   UNION ALL
     SELECT 'succeeded ' || count(a.id) || ' times: ' || j.id
     FROM job j LEFT JOIN attempt a ON a.job_id = j.id AND a.outcome = 'succeeded'
     WHERE j.state = 'done' GROUP BY j.id HAVING count(a.id) <> 1
   UNION ALL
     SELECT 'attempt without end: ' || id FROM attempt WHERE outcome IS NULL
   UNION ALL
     SELECT 'not charged: ' || id FROM attempt WHERE outcome IS NOT NULL AND device_seconds IS NULL
   UNION ALL
     SELECT 'failed without a reason: ' || id FROM job WHERE state = 'failed' AND error_message IS NULL
   UNION ALL
     SELECT 'charged ' || charged || ' s for ' || least || ' to ' || most || ' s: ' || user_id FROM (
       SELECT j.user_id, coalesce(max(u.seconds), 0) AS charged, sum(a.device_seconds) AS most,
         sum(a.device_seconds * power(0.5, greatest(extract(epoch FROM u.updated_at - a.ended_at)::float8, 0) / 600)) AS least
       FROM attempt a JOIN job j ON j.id = a.job_id
       LEFT JOIN usage u ON u.team_id = j.team_id AND u.user_id = j.user_id
       GROUP BY j.team_id, j.user_id
     ) AS account
     WHERE charged > CASE WHEN $2 THEN most ELSE least END * (1 + $3::float8) + $4::float8
       OR (NOT $2 AND charged < least * (1 - $3::float8) - $4::float8)`,
    [acknowledged, hasClockJumped, ROUNDING_PART, ROUNDING_SECONDS],
  );
  const images = await db.prisma.image.findMany({ select: { storageKey: true }, distinct: ["storageKey"] });
  const damaged = await Promise.all(
    images.map(({ storageKey }) =>
      storage.get(storageKey).then(
        () => [],
        (error: unknown) => [`file of a picture: ${String(error)}`],
      ),
    ),
  );
  return [...rows.map(({ violation }) => violation), ...damaged.flat()];
}
