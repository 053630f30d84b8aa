-- AlterTable
ALTER TABLE "image" ADD COLUMN     "embedding_key" TEXT;

-- CreateIndex
CREATE INDEX "image_embedding_key_idx" ON "image"("embedding_key");
