-- CreateTable
CREATE TABLE "checkpoint" (
    "job_id" TEXT NOT NULL,
    "image" INTEGER NOT NULL,
    "attempt_id" TEXT NOT NULL,
    "content" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("job_id", "image")
);

-- AddForeignKey
ALTER TABLE "checkpoint" ADD CONSTRAINT "checkpoint_job_id_fkey" FOREIGN KEY ("job_id") REFERENCES "job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Floats do not compress: trying to would only cost time.
ALTER TABLE "checkpoint" ALTER COLUMN "content" SET STORAGE EXTERNAL;

-- A job ends in four statements, and a checkpoint may be saved between the snapshot of one and its lock on the job. A
-- trigger runs behind the lock with a snapshot of its own, so nothing stays behind.
CREATE FUNCTION delete_checkpoints() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM checkpoint WHERE job_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE TRIGGER job_ended AFTER UPDATE OF state ON job
  FOR EACH ROW WHEN (NEW.state IN ('done', 'failed', 'cancelled'))
  EXECUTE FUNCTION delete_checkpoints();
