import { newId } from "@mezzotint/contracts/ids";
import type { JobLane } from "@mezzotint/db/enums";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { decayed } from "./decay.ts";
import { fairLine, literal } from "./fair-line.ts";
import type { ClaimedJob } from "./job-state.ts";

export interface ClaimWish {
  readonly workerId: string;
  readonly leaseMs: number;
  /** At most so many jobs, all of the model of the first. */
  readonly count: number;
  readonly lanes: readonly JobLane[];
  /** The model that is loaded: its jobs may go `WARM_SECONDS` early, and no earlier. */
  readonly warmModelHash: string | null;
  /** How many jobs one person may have running. */
  readonly runningMax: number;
}

/** About what loading another model costs; a preference for the loaded one that is worth more would be a queue jump. */
const WARM_SECONDS = 8;
/** Of a worker's device seconds, what the batch lane gets while anything waits in it. */
const BATCH_SHARE = 0.1;
/** Looked at beyond what is asked for, because claims at the same moment look at the same rows. */
const SPARE = 8;
/** The same for a claim that found every row in the hands of others. */
const SPARE_AGAIN = 96;

/**
 * Takes the next jobs in fair order that this worker can do; none when none is due.
 * Interactive jobs go before batch jobs, but for the first place when the batch lane is below its share of what this
 * worker did lately. Claims at the same moment may each see the accounts before the others' commits: nobody gets a job
 * twice, but the order among them is fair only up to the number of claims in flight.
 *
 * The transaction does not wait for the disk. A claim that a dying server forgets was never made: its job waits as
 * before, and what its worker brings is no attempt's. Whatever builds on a claim is written after it, so it is never on
 * the disk without it.
 */
export async function claimJobs(tx: Transaction, wish: ClaimWish): Promise<ClaimedJob[]> {
  const jobs = await claimAmong(tx, wish, {
    spare: SPARE,
    lanes: wish.lanes.length === 1 ? ANY_LANE : LANE_THAT_CAN_WIN,
  });
  return jobs.length > 0 ? jobs : claimAmong(tx, wish, { spare: SPARE_AGAIN, lanes: ANY_LANE });
}

/** Two lanes cost twice what one does, and batch comes first only when it is due or nobody waits in the other. */
const LANE_THAT_CAN_WIN = Prisma.sql`(
  lane = 'interactive' OR (SELECT batch_is_due FROM shares) OR NOT EXISTS (
    SELECT FROM waiting_team w JOIN able ON w.model_hash = able.model WHERE w.lane = 'interactive'
  )
)`;

const ANY_LANE = Prisma.sql`true`;

async function claimAmong(
  tx: Transaction,
  wish: ClaimWish,
  { spare, lanes }: { spare: number; lanes: Prisma.Sql },
): Promise<ClaimedJob[]> {
  const { workerId, leaseMs, count, runningMax } = wish;
  const attemptIds = Array.from({ length: count }, () => newId("attempt"));
  const line = fairLine({
    lists: Prisma.sql`
      SELECT lane, model,
        (CASE WHEN model = ${wish.warmModelHash}::text THEN ${WARM_SECONDS} ELSE 0 END)::float8 AS head_start
      FROM unnest(${laneList(wish.lanes)}) AS lane CROSS JOIN able
      WHERE ${lanes}`,
    wanted: count + spare,
    ownMax: count + spare,
    runningMax,
  });
  return tx.$queryRaw<ClaimedJob[]>`
    -- mezzotint claim
    WITH shares AS MATERIALIZED (${readShares(workerId)}), able AS MATERIALIZED (
      SELECT '' AS model UNION ALL SELECT model_hash FROM worker_model WHERE worker_id = ${workerId}
    ), ${line}, ordered AS (
      SELECT id, model,
        row_number() OVER (ORDER BY (batch_is_due AND lane = 'batch' AND place = 1) DESC, lane, place) AS number
      FROM line CROSS JOIN shares
    ), next AS (
      SELECT job.id
      FROM ordered JOIN job ON job.id = ordered.id
      WHERE job.state = 'queued'
        AND (${literal(count)} = 1 OR ordered.model = (SELECT model FROM ordered WHERE number = 1))
      ORDER BY ordered.number
      LIMIT ${literal(count)}
      FOR UPDATE OF job SKIP LOCKED
    ), numbered AS (
      SELECT id, row_number() OVER () AS number FROM next
    ), claimed AS (
      UPDATE job SET
        state = 'running',
        worker_id = ${workerId},
        attempt_id = ids.attempt_id,
        attempt_count = attempt_count + 1,
        claimed_at = now(),
        lease_until = now() + ${leaseMs} * interval '1 millisecond'
      FROM numbered JOIN unnest(${attemptIds}::text[]) WITH ORDINALITY AS ids (attempt_id, number) USING (number)
      WHERE job.id = numbered.id
      RETURNING job.*, numbered.number
    ), tried AS (
      INSERT INTO attempt (id, job_id, worker_id) SELECT attempt_id, id, worker_id FROM claimed
    ), hurried AS MATERIALIZED (
      SELECT set_config('synchronous_commit', 'off', true)
    )
    SELECT
      id AS "jobId", attempt_id AS "attemptId", team_id AS "teamId", user_id AS "userId",
      attempt_count AS "attemptCount", model_hash AS "modelHash", payload
    FROM claimed CROSS JOIN hurried
    ORDER BY number`;
}

/** Whether the batch lane had less than its share of what the worker did lately and is doing. */
function readShares(workerId: string): Prisma.Sql {
  return Prisma.sql`
    SELECT
      sum(seconds) FILTER (WHERE lane = 'batch') < ${BATCH_SHARE}::float8 * sum(seconds) AS batch_is_due
    FROM (
      SELECT 'interactive'::job_lane AS lane,
        ${decayed(Prisma.sql`interactive_seconds`, Prisma.sql`spent_at`)} AS seconds
      FROM worker WHERE id = ${workerId}
      UNION ALL
      SELECT 'batch', ${decayed(Prisma.sql`batch_seconds`, Prisma.sql`spent_at`)} FROM worker WHERE id = ${workerId}
      UNION ALL
      SELECT lane, cost_seconds FROM job WHERE state = 'running' AND worker_id = ${workerId}
    ) AS given`;
}

/** In the text, as `literal` has counts; the lanes are names of this code and nobody's input. */
function laneList(lanes: readonly JobLane[]): Prisma.Sql {
  return Prisma.raw(`'{${lanes.join(",")}}'::job_lane[]`);
}
