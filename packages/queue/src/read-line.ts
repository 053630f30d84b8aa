import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { fairLine } from "./fair-line.ts";

/** Where a waiting job stands. */
export interface LinePlace {
  readonly jobId: string;
  /** How many waiting jobs go first, over both lanes. */
  readonly ahead: number;
  /** What they and the running jobs before it will take of one device, as predicted. */
  readonly secondsAhead: number;
  /** How many other teams have a job ahead of it. */
  readonly teamsAhead: number;
  /** How many jobs of the same person go first. */
  readonly ownAhead: number;
}

/** Jobs further back in one person's own line than this are not placed. */
const OWN_MAX = 500;
/** A cap moves nobody back: what is above it waits for the same person's running jobs, wherever it stands. */
const NO_CAP = 1_000_000;

/** The places of these jobs as if one worker could do them all. Jobs that do not wait, or not yet, are absent. */
export async function readLine(tx: Transaction, jobIds: readonly string[]): Promise<Map<string, LinePlace>> {
  if (jobIds.length === 0) return new Map();
  const line = fairLine({
    lists: Prisma.sql`
      SELECT lane, model, 0::float8 AS head_start
      FROM unnest(enum_range(NULL::job_lane)) AS lane CROSS JOIN (
        SELECT '' AS model UNION ALL SELECT hash FROM model
      ) AS able`,
    wanted: null,
    ownMax: OWN_MAX,
    runningMax: NO_CAP,
  });
  const rows = await tx.$queryRaw<LinePlace[]>`
    -- mezzotint line
    WITH ${line}, ordered AS (
      SELECT *, row_number() OVER (ORDER BY lane, place) AS number,
        sum(cost_seconds) OVER (ORDER BY lane, place) - cost_seconds AS seconds_ahead,
        row_number() OVER (PARTITION BY user_id ORDER BY lane, place) - 1 AS own_ahead
      FROM line
    )
    SELECT
      o.id AS "jobId", (o.number - 1)::integer AS ahead, o.seconds_ahead AS "secondsAhead",
      o.own_ahead::integer AS "ownAhead",
      (SELECT count(DISTINCT f.team_id)::integer FROM ordered f WHERE f.number < o.number AND f.team_id <> o.team_id)
        AS "teamsAhead"
    FROM ordered o
    WHERE o.id = ANY(${[...jobIds]})`;
  return new Map(rows.map((row) => [row.jobId, row]));
}
