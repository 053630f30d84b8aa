import { Prisma } from "@mezzotint/db/prisma";
import { decayed } from "./decay.ts";

/** What one reader of the line wants of it; every part is SQL text. */
export interface LineView {
  /** Rows (lane, model, head_start): which jobs, model '' for those that need none, and by how many seconds they go early. */
  readonly lists: Prisma.Sql;
  /** How many jobs of each lane are wanted in their right order; null for everybody who waits. */
  readonly wanted: number | null;
  /** No more of one person than this. */
  readonly ownMax: number;
  /** How many jobs one person may have running. */
  readonly runningMax: number;
}

/** No retry waits longer, so a later time is a clock that was set back. */
const BACKOFF_MAX = Prisma.sql`interval '2 minutes'`;

/** The column rounds to milliseconds, up as well as down: without the allowance a job could miss its own wake-up. */
const IS_DUE = Prisma.sql`(
  j.attempt_count = 0 OR j.run_at <= now() + interval '1 millisecond' OR j.run_at > now() + ${BACKOFF_MAX}
)`;

/** The due jobs of the person of row `p`, through `job_line_idx`. */
const OWN_DUE = Prisma.sql`job j
  WHERE j.state = 'queued' AND j.lane = p.lane AND coalesce(j.model_hash, '') = p.model_hash
    AND j.team_id = p.team_id AND j.user_id = p.user_id AND ${IS_DUE}`;

/** What the team of row `w` used lately, and is predicted to use by what runs. */
const TEAM_SECONDS = Prisma.sql`(
  (SELECT coalesce(sum(${decayed(Prisma.sql`u.seconds`, Prisma.sql`u.updated_at`)}), 0) FROM usage u WHERE u.team_id = w.team_id)
  + (SELECT coalesce(sum(r.cost_seconds), 0) FROM job r WHERE r.state = 'running' AND r.team_id = w.team_id)
)`;

/** The same of the person of row `p`, and how many jobs of theirs run. */
const OWN_ACCOUNT = Prisma.sql`(
  SELECT count(*) AS running, coalesce(sum(r.cost_seconds), 0) + coalesce((
    SELECT ${decayed(Prisma.sql`u.seconds`, Prisma.sql`u.updated_at`)} FROM usage u
    WHERE u.team_id = p.team_id AND u.user_id = p.user_id
  ), 0) AS seconds
  FROM job r WHERE r.state = 'running' AND r.team_id = p.team_id AND r.user_id = p.user_id
)`;

/** The teams that come first, `teamsMax` of each list, in the order of what they used; row `w` is one of `waiting_team`. */
function teamsOf(teamsMax: Prisma.Sql, runningMax: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
  team AS MATERIALIZED (
    SELECT * FROM (
      SELECT list.lane, list.model, list.head_start, w.team_id, used.seconds - list.head_start AS team_seconds,
        row_number() OVER (
          PARTITION BY list.lane ORDER BY used.seconds - list.head_start, w.log_use, w.team_id
        ) AS team_rank
      FROM list CROSS JOIN LATERAL (
        SELECT w.team_id, w.log_use FROM waiting_team w
        WHERE w.lane = list.lane AND w.model_hash = list.model AND EXISTS (
          SELECT FROM waiting_person p
          WHERE p.team_id = w.team_id AND p.lane = list.lane AND p.model_hash = list.model
            AND ${runningMax} > (
              SELECT count(*) FROM job r WHERE r.state = 'running' AND r.team_id = p.team_id AND r.user_id = p.user_id
            )
            AND EXISTS (SELECT FROM ${OWN_DUE} OFFSET 0)
          OFFSET 0
        )
        ORDER BY w.log_use, w.team_id LIMIT ${teamsMax}
      ) w CROSS JOIN LATERAL (SELECT ${TEAM_SECONDS} AS seconds) used
    ) AS ranked
    WHERE team_rank <= coalesce(${teamsMax}, team_rank)
  )`;
}

/** And of each of them the people that come first. */
function peopleOf(peopleMax: Prisma.Sql, runningMax: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`person AS MATERIALIZED (
    SELECT team.lane, team.model AS model_hash, team.team_id, team.team_seconds, team.team_rank, own.user_id, own.running,
      own.seconds AS user_seconds,
      row_number() OVER (PARTITION BY team.lane, team.team_id ORDER BY own.seconds, own.log_use, own.user_id) AS person_rank
    FROM team CROSS JOIN LATERAL (
      SELECT p.user_id, p.log_use, account.running, account.seconds
      FROM waiting_person p CROSS JOIN LATERAL ${OWN_ACCOUNT} account
      WHERE p.team_id = team.team_id AND p.lane = team.lane AND p.model_hash = team.model
        AND account.running < ${runningMax} AND EXISTS (SELECT FROM ${OWN_DUE} OFFSET 0)
      ORDER BY p.log_use, p.user_id LIMIT ${peopleMax}
    ) own
  )`;
}

/**
 * Common table expressions that end in `line`: due jobs with what decides their order, (id, lane, model, team_id,
 * user_id, cost_seconds, run_at, team_at, place), place 1 being the first of its lane.
 *
 * Fair share by device seconds: a job stands at what its team has used lately, plus what the team's running jobs are
 * predicted to use, plus what goes before it in its own team; and the same among the people of a team. The lowest goes
 * first, then the oldest.
 *
 * `waiting_team` and `waiting_person` hold who waits in about this order, kept by triggers, so a reader who wants a few
 * jobs looks at as many teams, at as many people of the first team, half as many of the second, a third of the third,
 * and likewise at their jobs: where costs are alike no job behind these could be among the first. About, because a row
 * that others hold is not waited for; and never wrong about who waits, which is why a place with nothing due or nothing
 * allowed is passed over and does not count.
 */
export function fairLine(view: LineView): Prisma.Sql {
  const { wanted } = view;
  const [ownMax, runningMax] = [literal(view.ownMax), literal(view.runningMax)];
  const teamsMax = wanted === null ? Prisma.sql`NULL::bigint` : literal(wanted);
  const peopleMax = wanted === null ? teamsMax : Prisma.sql`ceil(${teamsMax}::float8 / team.team_rank)`;
  const jobsMax =
    wanted === null ? ownMax : Prisma.sql`least(ceil(${teamsMax}::float8 / (p.team_rank * p.person_rank)), ${ownMax})`;
  return Prisma.sql`
  list AS MATERIALIZED (${view.lists}),
  ${teamsOf(teamsMax, runningMax)},
  ${peopleOf(peopleMax, runningMax)},
  due AS (
    SELECT p.*, waiting.*, row_number() OVER own AS turn,
      user_seconds + sum(cost_seconds) OVER own - cost_seconds AS user_at
    FROM person p CROSS JOIN LATERAL (
      SELECT j.id, j.priority, j.run_at, j.cost_seconds FROM ${OWN_DUE}
      ORDER BY j.priority DESC, j.run_at, j.id
      LIMIT ${jobsMax}
    ) waiting
    WINDOW own AS (
      PARTITION BY lane, team_id, user_id ORDER BY priority DESC, run_at, id
    )
  ), stand AS (
    SELECT id, lane, model_hash AS model, team_id, user_id, cost_seconds, run_at,
      team_seconds + sum(cost_seconds) OVER (PARTITION BY lane, team_id ORDER BY user_at, run_at, id)
        - cost_seconds AS team_at
    FROM due WHERE running + turn <= ${runningMax}
  ), line AS (
    SELECT stand.*, row_number() OVER (PARTITION BY lane ORDER BY team_at, run_at, id) AS place FROM stand
  )`;
}

/** In the text and not a parameter: limits of unknown size would keep the planner from a plan that serves every claim. */
export function literal(count: number): Prisma.Sql {
  return Prisma.raw(count.toFixed(0));
}
