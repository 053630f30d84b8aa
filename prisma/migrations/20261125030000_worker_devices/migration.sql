-- What the slots of a worker are.
ALTER TABLE "worker" ADD COLUMN "devices" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

-- The latest attempt of a worker says which library versions and number formats it computes with.
DROP INDEX "attempt_worker_id_idx";
CREATE INDEX "attempt_worker_id_id_idx" ON "attempt"("worker_id", "id" DESC);
