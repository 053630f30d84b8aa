-- AlterEnum: a new value of an enum may not be used before the migration that adds it has ended; nothing here uses it.
ALTER TYPE "job_kind" ADD VALUE 'evaluate';

-- CreateEnum
CREATE TYPE "run_status" AS ENUM ('filling', 'scoring', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "vote_winner" AS ENUM ('a', 'b', 'tie');

-- CreateEnum
CREATE TYPE "vote_side" AS ENUM ('a', 'b');

-- CreateTable
CREATE TABLE "prompt_set" (
    "id" TEXT NOT NULL,
    "team_id" TEXT,
    "user_id" TEXT,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "prompts" JSONB NOT NULL,
    "prompt_count" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prompt_set_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "model_name" TEXT NOT NULL,
    "model_hash" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "prompt_set_id" TEXT NOT NULL,
    "seed_first" TEXT NOT NULL,
    "seed_count" INTEGER NOT NULL,
    "metrics" JSONB NOT NULL,
    "status" "run_status" NOT NULL DEFAULT 'filling',
    "asked_at" TIMESTAMPTZ(3),
    "evaluate_job_id" TEXT,
    "error_code" TEXT,
    "error_message" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feature" (
    "image_key" TEXT NOT NULL,
    "extractor_id" TEXT NOT NULL,
    "vector" BYTEA NOT NULL,

    CONSTRAINT "feature_pkey" PRIMARY KEY ("image_key","extractor_id")
);

-- CreateTable
CREATE TABLE "score" (
    "run_id" TEXT NOT NULL,
    "metric_id" TEXT NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "protocol" JSONB NOT NULL,
    "value" DOUBLE PRECISION,
    "low" DOUBLE PRECISION,
    "high" DOUBLE PRECISION,
    "level" DOUBLE PRECISION,
    "problem" TEXT,
    "n" INTEGER NOT NULL,
    "missing" INTEGER NOT NULL,
    "pictures_hash" TEXT NOT NULL,
    "groups" TEXT,
    "details" JSONB NOT NULL,
    "left_out" DOUBLE PRECISION[] NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "score_pkey" PRIMARY KEY ("run_id","metric_id","protocol_id")
);

-- CreateTable
CREATE TABLE "image_score" (
    "run_id" TEXT NOT NULL,
    "metric_id" TEXT NOT NULL,
    "protocol_id" TEXT NOT NULL,
    "image_id" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "image_score_pkey" PRIMARY KEY ("run_id","metric_id","protocol_id","image_id")
);

-- CreateTable
CREATE TABLE "ballot" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "run_a_id" TEXT NOT NULL,
    "run_b_id" TEXT NOT NULL,
    "image_a_id" TEXT NOT NULL,
    "image_b_id" TEXT NOT NULL,
    "left" "vote_side" NOT NULL,
    "prompt_index" INTEGER NOT NULL,
    "seed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ballot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "vote" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "run_a_id" TEXT NOT NULL,
    "run_b_id" TEXT NOT NULL,
    "image_a_id" TEXT NOT NULL,
    "image_b_id" TEXT NOT NULL,
    "left_was" "vote_side" NOT NULL,
    "prompt_index" INTEGER NOT NULL,
    "seed" TEXT NOT NULL,
    "winner" "vote_winner" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "vote_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "generation" ADD COLUMN "run_id" TEXT,
ADD COLUMN "prompt_index" INTEGER,
ADD COLUMN "seed_index" INTEGER;

-- CreateIndex
CREATE UNIQUE INDEX "prompt_set_team_id_name_version_key" ON "prompt_set"("team_id", "name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "run_evaluate_job_id_key" ON "run"("evaluate_job_id");

-- CreateIndex
CREATE INDEX "run_team_id_id_idx" ON "run"("team_id", "id" DESC);

-- CreateIndex
CREATE INDEX "run_prompt_set_id_idx" ON "run"("prompt_set_id");

-- CreateIndex
CREATE INDEX "generation_run_id_prompt_index_seed_index_idx" ON "generation"("run_id", "prompt_index", "seed_index");

-- CreateIndex
CREATE INDEX "image_score_image_id_idx" ON "image_score"("image_id");

-- CreateIndex
CREATE INDEX "ballot_user_id_idx" ON "ballot"("user_id");

-- CreateIndex
CREATE INDEX "vote_team_id_run_a_id_run_b_id_idx" ON "vote"("team_id", "run_a_id", "run_b_id");

-- CreateIndex
CREATE UNIQUE INDEX "vote_user_id_image_a_id_image_b_id_key" ON "vote"("user_id", "image_a_id", "image_b_id");

-- AddForeignKey
ALTER TABLE "prompt_set" ADD CONSTRAINT "prompt_set_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "prompt_set" ADD CONSTRAINT "prompt_set_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "run" ADD CONSTRAINT "run_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "run" ADD CONSTRAINT "run_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "run" ADD CONSTRAINT "run_prompt_set_id_fkey" FOREIGN KEY ("prompt_set_id") REFERENCES "prompt_set"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "run" ADD CONSTRAINT "run_evaluate_job_id_fkey" FOREIGN KEY ("evaluate_job_id") REFERENCES "job"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "generation" ADD CONSTRAINT "generation_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "score" ADD CONSTRAINT "score_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "image_score" ADD CONSTRAINT "image_score_score_fkey" FOREIGN KEY ("run_id", "metric_id", "protocol_id") REFERENCES "score"("run_id", "metric_id", "protocol_id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "image_score" ADD CONSTRAINT "image_score_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ballot" ADD CONSTRAINT "ballot_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ballot" ADD CONSTRAINT "ballot_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ballot" ADD CONSTRAINT "ballot_image_a_id_fkey" FOREIGN KEY ("image_a_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ballot" ADD CONSTRAINT "ballot_image_b_id_fkey" FOREIGN KEY ("image_b_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "vote" ADD CONSTRAINT "vote_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "vote" ADD CONSTRAINT "vote_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "vote" ADD CONSTRAINT "vote_run_a_id_fkey" FOREIGN KEY ("run_a_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "vote" ADD CONSTRAINT "vote_run_b_id_fkey" FOREIGN KEY ("run_b_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "vote" ADD CONSTRAINT "vote_image_a_id_fkey" FOREIGN KEY ("image_a_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "vote" ADD CONSTRAINT "vote_image_b_id_fkey" FOREIGN KEY ("image_b_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A cell of a run has all of its parts, and an ordinary generation none.
ALTER TABLE "generation" ADD CONSTRAINT "generation_cell" CHECK (
    ("run_id" IS NULL) = ("prompt_index" IS NULL) AND ("run_id" IS NULL) = ("seed_index" IS NULL)
);

-- An ended run says when, and a failed one says why.
ALTER TABLE "run" ADD CONSTRAINT "run_end" CHECK (
    ("status" IN ('filling', 'scoring')) = ("finished_at" IS NULL)
    AND ("status" <> 'failed' OR "error_message" IS NOT NULL)
);

-- A score is a number, with its interval where there is one, or says why there is none.
ALTER TABLE "score" ADD CONSTRAINT "score_value" CHECK (
    ("value" IS NULL) = ("problem" IS NOT NULL)
    AND ("low" IS NULL) = ("high" IS NULL)
    AND ("low" IS NULL OR "value" IS NOT NULL)
);

-- Runs of a pair stand in the order of their ids, so that a pair has one name.
ALTER TABLE "vote" ADD CONSTRAINT "vote_pair" CHECK ("run_a_id" < "run_b_id");
ALTER TABLE "ballot" ADD CONSTRAINT "ballot_pair" CHECK ("run_a_id" < "run_b_id");
