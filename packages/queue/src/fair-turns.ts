import { Prisma } from "@mezzotint/db/prisma";

/**
 * The due jobs with what decides their order. A person's turn counts what they have running plus their own earlier
 * jobs, so everybody's first goes before anybody's second, however many one person has queued. Among equal turns goes
 * the team with less running, then whoever was served longest ago.
 * The column rounds to milliseconds, up as well as down: without the allowance a job could miss its own wake-up call.
 */
export function fairTurns(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT
      j.id,
      j.lane,
      j.run_at,
      coalesce(own.running, 0)
        + row_number() OVER (PARTITION BY j.lane, j.user_id ORDER BY j.priority DESC, j.run_at, j.id) AS turn,
      coalesce(team.running, 0) AS team_running,
      served.claimed_at
    FROM job j
    LEFT JOIN (
      SELECT user_id, count(*) AS running FROM job WHERE state = 'running' GROUP BY user_id
    ) own ON own.user_id = j.user_id
    LEFT JOIN (
      SELECT team_id, count(*) AS running FROM job WHERE state = 'running' GROUP BY team_id
    ) team ON team.team_id = j.team_id
    LEFT JOIN LATERAL (
      SELECT max(past.claimed_at) AS claimed_at FROM job past WHERE past.user_id = j.user_id
    ) served ON true
    WHERE j.state = 'queued' AND j.run_at <= now() + interval '1 millisecond' AND ${condition}`;
}

/** The order itself, over rows of `fairTurns` under the name `t`. */
export const FAIR_ORDER = Prisma.sql`t.lane, t.turn, t.team_running, t.claimed_at NULLS FIRST, t.run_at, t.id`;
