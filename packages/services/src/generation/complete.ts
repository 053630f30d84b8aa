import { MezzotintError } from "@mezzotint/contracts/errors";
import { newId } from "@mezzotint/contracts/ids";
import { Recipe, recipeOfImage, Seed, Sha256 } from "@mezzotint/contracts/recipe";
import type { Transaction } from "@mezzotint/db/transaction";
import { finishJob } from "@mezzotint/queue/finish-job";
import { z } from "zod";
import { requireWorker, type ServiceContext } from "../context.ts";
import { ClaimInput } from "../job/claim-input.ts";
import { mirrorJob } from "../job/mirror.ts";
import { parseInput } from "../parse-input.ts";
import { storeRecipes } from "../recipe/store.ts";
import { transact } from "../transact.ts";
import { generationNotFound } from "./get.ts";

const STAGES_KEPT_MAX = 8;
const StageFile = z.object({
  name: z.string().min(1).max(100),
  seed: Seed,
  storageKey: Sha256,
  width: z.int().min(1),
  height: z.int().min(1),
  sizeBytes: z.int().min(1),
  elapsedMs: z.number().min(0).nullable(),
});

export const CompleteGenerationInput = ClaimInput.extend({
  generationId: z.string().max(64),
  provider: z.string().max(200),
  runtime: z.string().max(200),
  elapsedMs: z.number().min(0),
  providerVersion: z.string().max(200).nullable().default(null),
  precision: z.string().max(50).nullable().default(null),
  /** What it took of the device, where the worker measured it; its time otherwise. */
  deviceSeconds: z.number().min(0).nullable().default(null),
  /** In the order of the pictures; the files are in storage already. */
  images: z.array(
    z.object({
      recipeId: Sha256,
      storageKey: Sha256,
      width: z.int().min(1),
      height: z.int().min(1),
      sizeBytes: z.int().min(1),
      /** The embedding it was decoded from, for unCLIP. */
      embeddingKey: Sha256.nullable().default(null),
      /** What the stages of a cascade made on the way, in order. */
      stages: z.array(StageFile).max(STAGES_KEPT_MAX).default([]),
    }),
  ),
});
export type CompleteGenerationInput = z.input<typeof CompleteGenerationInput>;
type Completion = z.output<typeof CompleteGenerationInput>;

/**
 * Writes the pictures and ends attempt, job and generation, all or nothing. Saying it twice is fine.
 * False when the job went to another attempt: then these pictures are not the generation's, and nothing changed.
 */
export async function completeGeneration(args: {
  ctx: ServiceContext;
  input: CompleteGenerationInput;
}): Promise<boolean> {
  const { ctx } = args;
  requireWorker(ctx);
  const completion = parseInput(CompleteGenerationInput, args.input);
  const { jobId, attemptId, generationId, provider, runtime, providerVersion, precision } = completion;
  const elapsedMs = Math.round(completion.elapsedMs);
  const deviceSeconds = completion.deviceSeconds ?? completion.elapsedMs / 1_000;
  const run = { provider, runtime, providerVersion, precision, elapsedMs, deviceSeconds };
  return transact(ctx, async (tx) => {
    if (!(await finishJob(tx, { jobId, attemptId, state: "done", ...run }))) {
      return hasSucceeded(tx, attemptId);
    }
    await writeImages(tx, completion, ctx.now());
    await mirrorJob(tx, { jobId, payload: { kind: "generate", generationId }, state: "done", now: ctx.now() });
    return true;
  });
}

async function hasSucceeded(tx: Transaction, attemptId: string): Promise<boolean> {
  const attempt = await tx.attempt.findUnique({ where: { id: attemptId }, select: { outcome: true } });
  return attempt?.outcome === "succeeded";
}

async function writeImages(tx: Transaction, completion: Completion, now: Date): Promise<void> {
  const { generationId, jobId, attemptId, images } = completion;
  const generation = await tx.generation.findUnique({
    where: { id: generationId, jobId },
    select: {
      teamId: true,
      userId: true,
      visibility: true,
      count: true,
      recipeId: true,
      recipe: { select: { content: true } },
    },
  });
  if (generation === null) throw generationNotFound(generationId);
  const { teamId, userId, visibility, count } = generation;
  if (images.length !== count) {
    throw new MezzotintError("INTERNAL", `images: expected ${count}, got ${images.length}`);
  }
  const recipe = Recipe.parse(generation.recipe.content);
  const recipes = images.map((_, index) => recipeOfImage(recipe, index));
  // The first picture's is the generation's own, and stored with it.
  const recipeIds = [generation.recipeId, ...(await storeRecipes(tx, recipes.slice(1)))];
  const ids = newestFirstIds(count, now);
  const rows = images.map((image, index) => {
    const { recipeId, storageKey, embeddingKey, width, height, sizeBytes } = image;
    if (recipeId !== recipeIds[index]) {
      throw new MezzotintError("INTERNAL", `image ${index}: expected recipe ${recipeIds[index]}, got ${recipeId}`);
    }
    const place = { id: ids[index] ?? newId("image"), teamId, userId, generationId, index, attemptId, visibility };
    const seed = recipes[index]?.seed ?? recipe.seed;
    return { ...place, recipeId, seed, width, height, sizeBytes, storageKey, embeddingKey, createdAt: now };
  });
  await tx.image.createMany({ data: rows });
  const firstStage = recipe.stageInput?.stage ?? 0;
  const stages = images.flatMap((image, place) =>
    image.stages.map(({ elapsedMs, ...file }, index) => {
      const rounded = elapsedMs === null ? null : Math.round(elapsedMs);
      return { imageId: rows[place]?.id ?? "", index: firstStage + index, ...file, elapsedMs: rounded };
    }),
  );
  await tx.imageStage.createMany({ data: stages });
}

/** Lists show the newest id first; so the first picture gets the largest, and lists show 0, 1, 2, 3. */
function newestFirstIds(count: number, now: Date): string[] {
  return Array.from({ length: count }, () => newId("image", now.getTime()))
    .toSorted()
    .toReversed();
}
