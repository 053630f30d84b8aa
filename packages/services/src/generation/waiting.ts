import type { WaitingView } from "@mezzotint/contracts/generation";
import type { Transaction } from "@mezzotint/db/transaction";
import { readLine, type LinePlace } from "@mezzotint/queue/read-line";
import { isWorkerAlive } from "@mezzotint/queue/worker-liveness";
import { readPace, type Pace } from "./estimate.ts";

export interface WaitingJob {
  readonly id: string;
  readonly userId: string;
  readonly modelHash: string | null;
  readonly costSeconds: number;
}

/** What the machines do right now, seen by one person and one model. */
interface Crew {
  readonly slots: number;
  readonly ownRunning: number;
  readonly runningSeconds: number;
}

/** By job id: where each waiting job stands, why, and until when; jobs that do not wait, or not yet, are absent. */
export async function readWaiting(tx: Transaction, jobs: readonly WaitingJob[]): Promise<Map<string, WaitingView>> {
  const line = await readLine(
    tx,
    jobs.map(({ id }) => id),
  );
  const views = new Map<string, WaitingView>();
  const known = new Map<string, { readonly crew: Crew; readonly pace: Pace | null }>();
  for (const job of jobs) {
    const place = line.get(job.id);
    if (place === undefined) continue;
    const key = `${job.userId} ${job.modelHash}`;
    const about = known.get(key) ?? {
      crew: await readCrew(tx, job),
      pace: job.modelHash === null ? null : await readPace(tx, job.modelHash),
    };
    known.set(key, about);
    views.set(job.id, viewWaiting({ job, place, ...about }));
  }
  return views;
}

function viewWaiting(about: { job: WaitingJob; place: LinePlace; crew: Crew; pace: Pace | null }): WaitingView {
  const { job, place, crew, pace } = about;
  const { ahead, ownAhead, teamsAhead } = place;
  const { slots, ownRunning } = crew;
  const likely = (crew.runningSeconds + place.secondsAhead) / Math.max(1, slots) + job.costSeconds;
  const seconds = pace === null || slots === 0 ? null : { likely, atMost: likely * (pace.atMost / pace.likely) };
  return { ahead, ownAhead, teamsAhead, ownRunning, slots, seconds };
}

async function readCrew(tx: Transaction, { userId, modelHash }: WaitingJob): Promise<Crew> {
  const [crew] = await tx.$queryRaw<Crew[]>`
    -- mezzotint crew
    SELECT
      (SELECT coalesce(sum(w.slots), 0)::integer FROM worker w WHERE ${isWorkerAlive("w")} AND (
        ${modelHash}::text IS NULL
        OR EXISTS (SELECT FROM worker_model wm WHERE wm.worker_id = w.id AND wm.model_hash = ${modelHash}::text)
      )) AS slots,
      (count(*) FILTER (WHERE user_id = ${userId}))::integer AS "ownRunning",
      coalesce(sum(greatest(cost_seconds - greatest(extract(epoch FROM now() - claimed_at)::float8, 0), 0)), 0)
        AS "runningSeconds"
    FROM job WHERE state = 'running'`;
  return crew ?? { slots: 0, ownRunning: 0, runningSeconds: 0 };
}
