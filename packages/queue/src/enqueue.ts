import { newId } from "@mezzotint/contracts/ids";
import type { JobPayload } from "@mezzotint/contracts/job";
import { JOB_CHANNEL } from "@mezzotint/contracts/progress";
import type { JobLane } from "@mezzotint/db/enums";
import type { Transaction } from "@mezzotint/db/transaction";

export interface NewJob {
  readonly payload: JobPayload;
  readonly lane: JobLane;
  readonly teamId: string;
  readonly userId: string;
  /** The model a worker needs for it; null when any worker will do. */
  readonly modelHash: string | null;
  /** How many seconds of a device it will likely take. */
  readonly costSeconds: number;
  readonly priority?: number;
  readonly now: Date;
}

/** Writes a job and wakes the workers, both at commit of the caller's transaction. Returns its id. */
export async function enqueue(tx: Transaction, job: NewJob): Promise<string> {
  const id = newId("job", job.now.getTime());
  const { payload, lane, teamId, userId, modelHash } = job;
  await tx.$executeRaw`
    -- mezzotint enqueue
    WITH added AS (
      INSERT INTO job (id, kind, lane, team_id, user_id, payload, model_hash, priority, cost_seconds)
      VALUES (
        ${id}, ${payload.kind}::job_kind, ${lane}::job_lane, ${teamId}, ${userId}, ${JSON.stringify(payload)}::jsonb,
        ${modelHash}, ${job.priority ?? 0}, ${job.costSeconds}
      )
      RETURNING id
    )
    SELECT pg_notify(${JOB_CHANNEL}, id) FROM added`;
  return id;
}
