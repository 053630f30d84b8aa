-- What a job will likely cost, and whether it waits for an administrator.
ALTER TABLE "job" ADD COLUMN "cost_seconds" DOUBLE PRECISION NOT NULL DEFAULT 1;
ALTER TABLE "job" ADD COLUMN "quarantined_at" TIMESTAMPTZ(3);
ALTER TABLE "job" ADD CONSTRAINT "job_quarantine" CHECK ("quarantined_at" IS NULL OR "state" = 'failed');

-- What an attempt did cost, and what computed it.
ALTER TABLE "attempt" ADD COLUMN "provider_version" TEXT;
ALTER TABLE "attempt" ADD COLUMN "precision" TEXT;
ALTER TABLE "attempt" ADD COLUMN "device_seconds" DOUBLE PRECISION;

-- What a worker serves, and what it gave each lane lately.
ALTER TABLE "worker" ADD COLUMN "slots" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "worker" ADD COLUMN "lane" "job_lane";
ALTER TABLE "worker" ADD COLUMN "interactive_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE "worker" ADD COLUMN "batch_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE "worker" ADD COLUMN "spent_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "usage" (
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_pkey" PRIMARY KEY ("team_id","user_id")
);
ALTER TABLE "usage" ADD CONSTRAINT "usage_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "usage" ADD CONSTRAINT "usage_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The queue's indexes hold the rows of one state, so that their size is that of the queue and not of its past.
DROP INDEX "job_state_lane_run_at_idx";
DROP INDEX "job_user_id_claimed_at_idx";
-- The line: from key to key of (lane, model, team, user) a claim steps over everybody's jobs but the first few.
CREATE INDEX "job_line_idx" ON "job" ("lane", (COALESCE("model_hash", '')), "team_id", "user_id", "priority" DESC, "run_at", "id")
    INCLUDE ("attempt_count", "cost_seconds") WHERE "state" = 'queued';
CREATE INDEX "job_running_idx" ON "job" ("worker_id", "team_id", "user_id") INCLUDE ("lane", "cost_seconds") WHERE "state" = 'running';
-- Measured step times, and what went wrong lately.
CREATE INDEX "job_done_idx" ON "job" ("model_hash", "finished_at" DESC) WHERE "state" = 'done';
CREATE INDEX "job_failed_idx" ON "job" ("finished_at" DESC) WHERE "state" = 'failed';
-- Deleting a team or a user looks for their jobs.
CREATE INDEX "job_user_id_idx" ON "job" ("user_id");

-- Every job is updated several times and leaves dead rows at the very place where claims look.
ALTER TABLE "job" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
