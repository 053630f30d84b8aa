import { Prisma } from "@mezzotint/db/prisma";
import { decayed } from "./decay.ts";

/** What one reader of the line wants of it; every part is SQL text. */
export interface LineView {
  /** Rows (lane, model): which jobs; model is '' for jobs that need none. */
  readonly keys: Prisma.Sql;
  /** How many people's jobs to look at, the least served first, and how many of each. */
  readonly peopleMax: Prisma.Sql;
  readonly jobsMax: Prisma.Sql;
  /** Seconds by which the jobs of `head.model` may go early. */
  readonly headStart: Prisma.Sql;
  /** How many jobs one person may have running. */
  readonly runningMax: number;
}

/** No retry waits longer, so a later time is a clock that was set back. */
const BACKOFF_MAX = Prisma.sql`interval '2 minutes'`;

/** The column rounds to milliseconds, up as well as down: without the allowance a job could miss its own wake-up. */
const IS_DUE = Prisma.sql`(
  j.attempt_count = 0 OR j.run_at <= now() + interval '1 millisecond' OR j.run_at > now() + ${BACKOFF_MAX}
)`;

const WAITS_AT = Prisma.sql`j.state = 'queued' AND j.lane = k.lane AND coalesce(j.model_hash, '') = k.model`;

const STEP_FROM_PERSON_TO_PERSON = Prisma.sql`head (lane, model, team_id, user_id) AS (
    SELECT k.lane, k.model, first.team_id, first.user_id
    FROM wanted k CROSS JOIN LATERAL (
      SELECT j.team_id, j.user_id FROM job j
      WHERE ${WAITS_AT} AND ${IS_DUE}
      ORDER BY j.team_id, j.user_id LIMIT 1
    ) first
    UNION ALL
    SELECT k.lane, k.model, next.team_id, next.user_id
    FROM head k CROSS JOIN LATERAL (
      SELECT j.team_id, j.user_id FROM job j
      WHERE ${WAITS_AT} AND (j.team_id, j.user_id) > (k.team_id, k.user_id) AND ${IS_DUE}
      ORDER BY j.team_id, j.user_id LIMIT 1
    ) next
  )`;

/** What everybody used lately, and is predicted to use by what runs. */
const ACCOUNTS = Prisma.sql`spent AS MATERIALIZED (
    SELECT team_id, user_id, sum(seconds) AS seconds, sum(running) AS running
    FROM (
      SELECT team_id, user_id, ${decayed(Prisma.sql`seconds`, Prisma.sql`updated_at`)} AS seconds, 0 AS running
      FROM usage
      UNION ALL
      SELECT team_id, user_id, cost_seconds, 1 FROM job WHERE state = 'running'
    ) AS account
    GROUP BY team_id, user_id
  ), team AS MATERIALIZED (
    SELECT team_id, sum(seconds) AS seconds FROM spent GROUP BY team_id
  )`;

/**
 * Common table expressions that end in `line`: due jobs with what decides their order, (id, lane, model, team_id,
 * user_id, cost_seconds, run_at, team_at, place), place 1 being the first of its lane.
 *
 * Fair share by device seconds: a job stands at what its team has used lately, plus what the team's running jobs are
 * predicted to use, plus what goes before it in its own team; and the same among the people of a team. The lowest goes
 * first, then the oldest. `head` steps from person to person over the index `job_line_idx`, so the work depends on how
 * many people wait and not on how many jobs.
 */
export function fairLine(view: LineView): Prisma.Sql {
  return Prisma.sql`
  wanted AS MATERIALIZED (${view.keys}),
  ${STEP_FROM_PERSON_TO_PERSON},
  ${ACCOUNTS},
  person AS (
    SELECT * FROM (
      SELECT
        head.*,
        coalesce(team.seconds, 0) - ${view.headStart} AS team_seconds,
        coalesce(spent.seconds, 0) AS user_seconds,
        coalesce(spent.running, 0) AS running,
        row_number() OVER (PARTITION BY head.lane ORDER BY coalesce(team.seconds, 0) - ${view.headStart}) AS rank
      FROM head
      LEFT JOIN team ON team.team_id = head.team_id
      LEFT JOIN spent ON spent.team_id = head.team_id AND spent.user_id = head.user_id
      WHERE coalesce(spent.running, 0) < ${view.runningMax}
    ) AS able
    WHERE rank <= ${view.peopleMax}
  ), due AS (
    SELECT person.*, waiting.*, row_number() OVER own AS turn,
      user_seconds + sum(cost_seconds) OVER own - cost_seconds AS user_at
    FROM person CROSS JOIN LATERAL (
      SELECT j.id, j.priority, j.run_at, j.cost_seconds FROM job j
      WHERE j.state = 'queued' AND j.lane = person.lane AND coalesce(j.model_hash, '') = person.model
        AND j.team_id = person.team_id AND j.user_id = person.user_id AND ${IS_DUE}
      ORDER BY j.priority DESC, j.run_at, j.id
      LIMIT ${view.jobsMax}
    ) waiting
    WINDOW own AS (
      PARTITION BY lane, team_id, user_id ORDER BY priority DESC, run_at, id
    )
  ), stand AS (
    SELECT id, lane, model, team_id, user_id, cost_seconds, run_at,
      team_seconds + sum(cost_seconds) OVER (PARTITION BY lane, team_id ORDER BY user_at, run_at, id)
        - cost_seconds AS team_at
    FROM due WHERE running + turn <= ${view.runningMax}
  ), line AS (
    SELECT stand.*, row_number() OVER (PARTITION BY lane ORDER BY team_at, run_at, id) AS place FROM stand
  )`;
}
