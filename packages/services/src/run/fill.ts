import { COUNT_MAX } from "@mezzotint/contracts/generation";
import { newId } from "@mezzotint/contracts/ids";
import { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import { recipeOfImage, type Recipe } from "@mezzotint/contracts/recipe";
import { RunSettings } from "@mezzotint/contracts/run";
import type { Transaction } from "@mezzotint/db/transaction";
import { enqueue } from "@mezzotint/queue/enqueue";
import type { ServiceContext } from "../context.ts";
import { predictSeconds, readPace } from "../generation/estimate.ts";
import { storeRecipes } from "../recipe/store.ts";
import { transact } from "../transact.ts";
import { readMissingCells, type Cell } from "./cells.ts";
import { lockRun, settleRun } from "./settle.ts";

/** Cells of one transaction: enough to be quick, few enough that others get a turn. */
const CELLS_AT_ONCE = 256;

/** A run as the filling needs it. */
interface FilledRun {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly modelHash: string;
  readonly settings: RunSettings;
  readonly seedFirst: string;
  readonly prompts: readonly PromptSetPrompt[];
}

/** Consecutive seeds of one prompt: one job. */
interface Chunk extends Cell {
  readonly count: number;
}

/**
 * Asks for every picture a filling run lacks, some at a time, each cell once. Whoever ends it half-way leaves a run that
 * can be resumed. Stops when the run is not being filled any more.
 */
export async function fillRun(ctx: ServiceContext, runId: string): Promise<void> {
  const since = ctx.now();
  const run = await readFilledRun(ctx, runId);
  for (;;) {
    const more = await transact(ctx, async (tx) => {
      if ((await lockRun(tx, runId)) !== "filling") return false;
      const cells = await readMissingCells(tx, { runId, since, limit: CELLS_AT_ONCE });
      await writeGenerations(tx, { run, chunks: chunksOf(cells), now: ctx.now() });
      if (cells.length === CELLS_AT_ONCE) return true;
      await tx.run.update({ where: { id: runId }, data: { askedAt: ctx.now() } });
      await settleRun(tx, runId, ctx.now());
      return false;
    });
    if (!more) return;
  }
}

async function readFilledRun(ctx: ServiceContext, runId: string): Promise<FilledRun> {
  const row = await ctx.db.prisma.run.findUniqueOrThrow({
    where: { id: runId },
    select: {
      id: true,
      teamId: true,
      userId: true,
      modelHash: true,
      settings: true,
      seedFirst: true,
      promptSet: { select: { prompts: true } },
    },
  });
  const { promptSet, settings, ...rest } = row;
  return { ...rest, settings: RunSettings.parse(settings), prompts: PromptSetPrompt.array().parse(promptSet.prompts) };
}

function chunksOf(cells: readonly Cell[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const { promptIndex, seedIndex } of cells) {
    const last = chunks.at(-1);
    const follows = last?.promptIndex === promptIndex && last.seedIndex + last.count === seedIndex;
    if (last !== undefined && follows && last.count < COUNT_MAX)
      chunks[chunks.length - 1] = { ...last, count: last.count + 1 };
    else chunks.push({ promptIndex, seedIndex, count: 1 });
  }
  return chunks;
}

async function writeGenerations(
  tx: Transaction,
  { run, chunks, now }: { readonly run: FilledRun; readonly chunks: readonly Chunk[]; readonly now: Date },
): Promise<void> {
  const { id: runId, teamId, userId, modelHash, settings, seedFirst } = run;
  const recipes = chunks.map(({ promptIndex, seedIndex }): Recipe => {
    const prompt = run.prompts[promptIndex]?.text ?? "";
    return recipeOfImage({ ...settings, prompt, seed: seedFirst }, seedIndex);
  });
  const recipeIds = await storeRecipes(tx, recipes);
  const pace = await readPace(tx, modelHash);
  const rows = [];
  for (const [place, chunk] of chunks.entries()) {
    const id = newId("generation", now.getTime());
    const payload = { kind: "generate", generationId: id } as const;
    const costSeconds = predictSeconds(pace, { recipe: settings, count: chunk.count });
    const jobId = await enqueue(tx, { payload, lane: "batch", teamId, userId, modelHash, costSeconds, now });
    const recipeId = recipeIds[place] ?? "";
    rows.push({ id, teamId, userId, recipeId, jobId, runId, ...chunk, createdAt: now });
  }
  await tx.generation.createMany({ data: rows });
}
