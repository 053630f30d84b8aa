import type { AdminOverview, LaneView, TeamUsageView, TroubleView, WorkerView } from "@mezzotint/contracts/queue";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { decayed } from "@mezzotint/queue/decay";
import { isWorkerAlive } from "@mezzotint/queue/worker-liveness";
import type { ServiceContext } from "../context.ts";
import { requireAdministrator } from "./require-administrator.ts";

const FAILURES_MAX = 50;
const TEAMS_MAX = 50;

/** Everything an administrator looks at when pictures are late: machines, queue, what went wrong, who used how much. */
export async function readOverview(args: { ctx: ServiceContext; input?: undefined }): Promise<AdminOverview> {
  await requireAdministrator(args.ctx);
  const tx = args.ctx.db.prisma;
  const [workers, lanes, quarantine, failures, teams] = await Promise.all([
    readWorkers(tx),
    readLanes(tx),
    readTroubles(tx, Prisma.sql`j.quarantined_at IS NOT NULL`),
    readTroubles(tx, Prisma.sql`j.quarantined_at IS NULL AND j.finished_at > now() - interval '1 day'`),
    readTeams(tx),
  ]);
  return { workers, lanes, quarantine, failures, teams };
}

async function readWorkers(tx: Transaction): Promise<WorkerView[]> {
  const rows = await tx.$queryRaw<(Omit<WorkerView, "startedAt" | "seenAt"> & { startedAt: Date; seenAt: Date })[]>`
    SELECT
      w.id, w.host_name AS "hostName", w.pid, w.slots, w.devices, w.lane::text AS lane,
      latest.provider_version AS "providerVersion", latest.precision,
      w.started_at AS "startedAt", w.seen_at AS "seenAt",
      (SELECT count(*)::integer FROM job j WHERE j.state = 'running' AND j.worker_id = w.id) AS running,
      coalesce((
        SELECT array_agg(m.name ORDER BY m.name) FROM worker_model wm JOIN model m ON m.hash = wm.model_hash
        WHERE wm.worker_id = w.id
      ), '{}') AS models
    FROM worker w
    LEFT JOIN LATERAL (
      SELECT provider_version, precision FROM attempt
      WHERE worker_id = w.id AND provider_version IS NOT NULL AND precision IS NOT NULL
      ORDER BY id DESC LIMIT 1
    ) AS latest ON true
    WHERE ${isWorkerAlive("w")}
    ORDER BY w.host_name, w.started_at`;
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
  }));
}

async function readLanes(tx: Transaction): Promise<LaneView[]> {
  return tx.$queryRaw<LaneView[]>`
    SELECT
      name::text AS lane,
      (count(j.id) FILTER (WHERE state = 'queued'))::integer AS queued,
      (count(j.id) FILTER (WHERE state = 'running'))::integer AS running,
      CASE WHEN bool_or(state = 'queued') THEN
        greatest(0, extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'queued')))::float8
      END AS "oldestSeconds",
      coalesce(sum(cost_seconds) FILTER (WHERE state = 'queued'), 0) AS "queuedSeconds"
    FROM unnest(enum_range(NULL::job_lane)) AS name
    LEFT JOIN job j ON j.lane = name AND j.state IN ('queued', 'running')
    GROUP BY name ORDER BY name`;
}

async function readTroubles(tx: Transaction, condition: Prisma.Sql): Promise<TroubleView[]> {
  const rows = await tx.$queryRaw<(Omit<TroubleView, "at"> & { at: Date })[]>`
    SELECT
      j.id AS "jobId", j.kind::text AS kind, u.name AS "userName", t.name AS "teamName", j.attempt_count AS attempts,
      coalesce(j.error_code, 'INTERNAL') AS code, j.error_message AS message, j.finished_at AS at
    FROM job j JOIN "user" u ON u.id = j.user_id JOIN team t ON t.id = j.team_id
    WHERE j.state = 'failed' AND ${condition}
    ORDER BY j.finished_at DESC LIMIT ${FAILURES_MAX}`;
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

async function readTeams(tx: Transaction): Promise<TeamUsageView[]> {
  return tx.$queryRaw<TeamUsageView[]>`
    SELECT t.id AS "teamId", t.name AS "teamName", sum(used) AS "usedSeconds", sum(running) AS "runningSeconds",
      sum(queued)::integer AS queued
    FROM (
      SELECT team_id, ${decayed(Prisma.sql`seconds`, Prisma.sql`updated_at`)} AS used, 0 AS running, 0 AS queued
      FROM usage
      UNION ALL
      SELECT team_id, 0, CASE state WHEN 'running' THEN cost_seconds ELSE 0 END, CASE state WHEN 'queued' THEN 1 ELSE 0 END
      FROM job WHERE state IN ('queued', 'running')
    ) AS account JOIN team t ON t.id = account.team_id
    GROUP BY t.id, t.name
    HAVING sum(used) + sum(running) + sum(queued) >= 0.1
    ORDER BY sum(used) + sum(running) DESC LIMIT ${TEAMS_MAX}`;
}
