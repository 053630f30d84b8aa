-- AlterTable
ALTER TABLE "run" ADD COLUMN "removed_at" TIMESTAMPTZ(3);

-- Nothing draws or scores for a run that nobody sees.
ALTER TABLE "run" ADD CONSTRAINT "run_removed_rests" CHECK ("removed_at" IS NULL OR "status" NOT IN ('filling', 'scoring'));
