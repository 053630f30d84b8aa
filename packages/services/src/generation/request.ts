import { randomInt } from "node:crypto";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { GenerationRequest, modelObjection, recipeOfRequest } from "@mezzotint/contracts/generation";
import type { GenerationRequestInput, GenerationView } from "@mezzotint/contracts/generation";
import { newId } from "@mezzotint/contracts/ids";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { sourceObjection, type SourceKind } from "@mezzotint/contracts/source";
import type { Transaction } from "@mezzotint/db/transaction";
import { enqueue } from "@mezzotint/queue/enqueue";
import { requireUser, type ServiceContext } from "../context.ts";
import { imageNotFound, visibleImages } from "../image/reader.ts";
import { requireMembership, type Membership } from "../membership.ts";
import { findModel } from "../model/find.ts";
import { parseInput } from "../parse-input.ts";
import { storeRecipes } from "../recipe/store.ts";
import { sourceNotFound } from "../source/view.ts";
import { transact } from "../transact.ts";
import { predictSeconds, readPace } from "./estimate.ts";
import { readGeneration } from "./get.ts";
import { NOTIFY_STATUS } from "./notify.ts";
import { UNFINISHED } from "./status.ts";

export const UNFINISHED_MAX = 50;

const SEED_END = 2 ** 32;

/** Asks for pictures: recipe, generation and job are written together, and workers and watchers are told. */
export async function requestGeneration(args: {
  ctx: ServiceContext;
  input: GenerationRequestInput;
}): Promise<GenerationView> {
  const { ctx } = args;
  const request = parseInput(GenerationRequest, args.input);
  const actor = requireUser(ctx);
  const membership = await requireMembership(ctx.db.prisma, actor);
  const generationId = await transact(ctx, async (tx) => {
    if (membership.role === "viewer") throw new MezzotintError("FORBIDDEN", "Viewers of a team cannot generate in it.");
    const model = await findModel(tx, request.model);
    const objection = modelObjection(request, model) ?? sourceObjection(request, model)?.message ?? null;
    if (objection !== null) throw new MezzotintError("INVALID_INPUT", objection);
    await refuseTooMany(tx, membership);
    return writeGeneration(tx, { request, model, membership, now: ctx.now() });
  });
  return readGeneration(ctx.db.prisma, generationId, membership);
}

/** Locks the person's row first, so that two requests at once cannot both take the last place. */
async function refuseTooMany(tx: Transaction, { userId }: Membership): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "user" WHERE id = ${userId} FOR NO KEY UPDATE`;
  const unfinished = await tx.generation.count({ where: { userId, runId: null, status: { in: [...UNFINISHED] } } });
  if (unfinished < UNFINISHED_MAX) return;
  const limit = `${unfinished} of your generations are unfinished and ${UNFINISHED_MAX} is the limit`;
  throw new MezzotintError("LIMIT_EXCEEDED", `${limit}; wait for one, or cancel one.`);
}

async function writeGeneration(
  tx: Transaction,
  order: { request: GenerationRequest; model: ModelInfo; membership: Membership; now: Date },
): Promise<string> {
  const { request, model, now } = order;
  const { teamId, userId } = order.membership;
  const generationId = newId("generation", now.getTime());
  const seed = request.seed ?? randomInt(SEED_END).toString();
  const recipe = {
    ...recipeOfRequest(request, model, seed),
    ...(await readStart(tx, request, teamId)),
    ...(await readStageInput(tx, request, order.membership)),
    ...(await readEmbedding(tx, request, order.membership)),
  };
  const [recipeId] = await storeRecipes(tx, [recipe]);
  if (recipeId === undefined) throw new MezzotintError("INTERNAL", "1 recipe stored, 0 ids returned");
  const costSeconds = predictSeconds(await readPace(tx, model.hash), { recipe, count: request.count });
  const jobId = await enqueue(tx, {
    payload: { kind: "generate", generationId },
    lane: "interactive",
    teamId,
    userId,
    modelHash: model.hash,
    costSeconds,
    now,
  });
  await tx.$executeRaw`
    -- mezzotint write generation
    WITH added AS (
      INSERT INTO generation (id, team_id, user_id, recipe_id, job_id, count, visibility, created_at)
      VALUES (
        ${generationId}, ${teamId}, ${userId}, ${recipeId}, ${jobId}, ${request.count},
        ${request.visibility}::visibility, ${now}::timestamptz
      )
      RETURNING id, team_id, status
    )
    SELECT ${NOTIFY_STATUS} FROM added`;
  return generationId;
}

/** What the recipe starts from: the hashes of the team's files. NOT_FOUND for a file of another team. */
async function readStart(
  tx: Transaction,
  { source, mask, strength }: GenerationRequest,
  teamId: string,
): Promise<Pick<Recipe, "source" | "mask" | "strength">> {
  if (source === null || strength === null) return {};
  const start = { source: await readKey(tx, { id: source, kind: "image", teamId }), strength };
  return mask === null ? start : { ...start, mask: await readKey(tx, { id: mask, kind: "mask", teamId }) };
}

/** What the stage before made for a picture the reader may see: a hash alone opens nothing. NOT_FOUND otherwise. */
async function readStageInput(
  tx: Transaction,
  { stageInput }: GenerationRequest,
  reader: Membership,
): Promise<Pick<Recipe, "stageInput">> {
  if (stageInput === null) return {};
  const { stage } = stageInput;
  const named = "imageId" in stageInput ? { imageId: stageInput.imageId } : { storageKey: stageInput.picture };
  const before = await tx.imageStage.findFirst({
    where: { ...named, index: stage - 1, image: visibleImages(reader) },
    select: { storageKey: true },
  });
  if (before === null) throw stagePictureNotFound(stageInput);
  return { stageInput: { stage, picture: before.storageKey } };
}

/** The embedding kept of a picture the reader may see. NOT_FOUND otherwise. */
async function readEmbedding(
  tx: Transaction,
  { imageEmbedding }: GenerationRequest,
  reader: Membership,
): Promise<Pick<Recipe, "imageEmbedding">> {
  if (imageEmbedding === null) return {};
  const isNamed = "imageId" in imageEmbedding;
  const named = isNamed ? { id: imageEmbedding.imageId } : { embeddingKey: imageEmbedding.hash };
  const row = await tx.image.findFirst({
    where: { ...named, ...visibleImages(reader) },
    select: { embeddingKey: true },
  });
  if (row?.embeddingKey != null) return { imageEmbedding: row.embeddingKey };
  if (isNamed && row === null) throw imageNotFound(imageEmbedding.imageId);
  throw new MezzotintError("NOT_FOUND", "What the picture was decoded from is not kept; its words can be drawn again.");
}

function stagePictureNotFound(stageInput: NonNullable<GenerationRequest["stageInput"]>): MezzotintError {
  if ("imageId" in stageInput) return imageNotFound(stageInput.imageId);
  const what = `What stage ${stageInput.stage} made is not kept any more`;
  return new MezzotintError("NOT_FOUND", `${what}; the whole cascade can still be run.`);
}

async function readKey(
  tx: Transaction,
  where: { readonly id: string; readonly kind: SourceKind; readonly teamId: string },
): Promise<string> {
  const row = await tx.sourceFile.findFirst({ where, select: { storageKey: true } });
  if (row === null) throw sourceNotFound(where.id);
  return row.storageKey;
}
