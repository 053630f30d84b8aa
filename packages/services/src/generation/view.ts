import { isErrorCode, type PlainError } from "@mezzotint/contracts/errors";
import type { GenerationView } from "@mezzotint/contracts/generation";
import { Recipe } from "@mezzotint/contracts/recipe";
import type { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { IMAGE_SELECT, viewImages } from "../image/view.ts";
import type { Membership } from "../membership.ts";
import { readTeamSources } from "../source/view.ts";
import { readWaiting } from "./waiting.ts";

export const GENERATION_SELECT = {
  id: true,
  jobId: true,
  status: true,
  count: true,
  visibility: true,
  errorCode: true,
  errorMessage: true,
  createdAt: true,
  finishedAt: true,
  recipe: { select: { content: true } },
  job: {
    select: {
      id: true,
      userId: true,
      modelHash: true,
      costSeconds: true,
      attemptId: true,
      attemptCount: true,
      attempts: { select: { id: true, step: true, steps: true }, orderBy: { startedAt: "desc" }, take: 1 },
    },
  },
  images: { where: { deletedAt: null }, orderBy: { index: "asc" }, select: IMAGE_SELECT },
} satisfies Prisma.GenerationSelect;

type GenerationRow = Prisma.GenerationGetPayload<{ select: typeof GENERATION_SELECT }>;

/** Rows as people see them, with their place in the queue where they wait. */
export async function viewGenerations(
  tx: Transaction,
  rows: readonly GenerationRow[],
  reader: Membership,
): Promise<GenerationView[]> {
  const images = await viewImages(
    tx,
    rows.flatMap((row) => row.images),
    reader,
  );
  const waiting = await readWaiting(
    tx,
    rows.filter((row) => row.status === "queued").map((row) => row.job),
  );
  const sources = await readTeamSources(
    tx,
    reader.teamId,
    rows.map((row) => Recipe.parse(row.recipe.content)),
  );
  return rows.map((row) => {
    const recipe = Recipe.parse(row.recipe.content);
    return {
      id: row.id,
      status: row.status,
      recipe,
      source: sources.find("image", recipe.source),
      mask: sources.find("mask", recipe.mask),
      count: row.count,
      visibility: row.visibility,
      error: viewError(row),
      attempts: row.job.attemptCount,
      createdAt: row.createdAt.toISOString(),
      finishedAt: row.finishedAt?.toISOString() ?? null,
      progress: viewProgress(row),
      waiting: waiting.get(row.jobId) ?? null,
      images: images.filter((image) => image.generationId === row.id),
    };
  });
}

function viewError({ errorCode, errorMessage }: GenerationRow): PlainError | null {
  if (errorMessage === null) return null;
  return { code: isErrorCode(errorCode) ? errorCode : "INTERNAL", message: errorMessage };
}

function viewProgress({ status, job }: GenerationRow): GenerationView["progress"] {
  const [latest] = job.attempts;
  if (status !== "running" || latest === undefined || latest.id !== job.attemptId) return null;
  return { step: latest.step, steps: latest.steps };
}
