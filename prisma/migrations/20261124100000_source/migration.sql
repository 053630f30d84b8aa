-- CreateEnum
CREATE TYPE "source_kind" AS ENUM ('image', 'mask');

-- CreateTable
CREATE TABLE "source_file" (
    "id" TEXT NOT NULL,
    "team_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "kind" "source_kind" NOT NULL,
    "storage_key" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "image_stage" (
    "image_id" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "seed" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "storage_key" TEXT NOT NULL,
    "elapsed_ms" INTEGER,

    CONSTRAINT "image_stage_pkey" PRIMARY KEY ("image_id","index")
);

-- CreateIndex
CREATE UNIQUE INDEX "source_file_team_id_kind_storage_key_key" ON "source_file"("team_id", "kind", "storage_key");

-- CreateIndex
CREATE INDEX "source_file_storage_key_idx" ON "source_file"("storage_key");

-- CreateIndex
CREATE INDEX "image_stage_storage_key_idx" ON "image_stage"("storage_key");

-- AddForeignKey
ALTER TABLE "source_file" ADD CONSTRAINT "source_file_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_file" ADD CONSTRAINT "source_file_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "image_stage" ADD CONSTRAINT "image_stage_image_id_fkey" FOREIGN KEY ("image_id") REFERENCES "image"("id") ON DELETE CASCADE ON UPDATE CASCADE;
