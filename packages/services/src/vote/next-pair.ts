import { randomBytes, randomInt } from "node:crypto";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import { NextPairRequest, type BallotView } from "@mezzotint/contracts/vote";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import type { z } from "zod";
import { requireUser, type ServiceContext } from "../context.ts";
import { requireMembership, type Membership } from "../membership.ts";
import { parseInput } from "../parse-input.ts";
import { transact } from "../transact.ts";
import { requireTeamRuns } from "./team-runs.ts";

export type NextPairInput = z.input<typeof NextPairRequest>;

const ID_BYTES = 16;

interface PairRow {
  readonly runAId: string;
  readonly runBId: string;
  readonly imageAId: string;
  readonly imageBId: string;
  readonly promptSetId: string;
  readonly promptIndex: number;
  readonly seed: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Two pictures of one prompt and seed from two of these runs, sides drawn by lot, under an id that says nothing. The pair
 * of runs with the fewest votes goes first, and nobody is asked twice about the same two pictures. Null when this person
 * has judged them all.
 */
export async function nextPair(args: { ctx: ServiceContext; input: NextPairInput }): Promise<BallotView | null> {
  const { ctx } = args;
  const { runIds } = parseInput(NextPairRequest, args.input);
  const membership = await requireMembership(ctx.db.prisma, requireUser(ctx));
  if (membership.role === "viewer") throw new MezzotintError("FORBIDDEN", "Viewers of a team cannot vote in it.");
  await requireTeamRuns(ctx.db.prisma, runIds, membership);
  return transact(ctx, async (tx) => {
    // What was shown and never judged is forgotten: its pictures may come again, under another id.
    await tx.ballot.deleteMany({ where: { userId: membership.userId } });
    const pair = await drawPair(tx, runIds, membership);
    if (pair === null) return null;
    const { promptSetId, width, height, ...cell } = pair;
    const id = `blt_${randomBytes(ID_BYTES).toString("hex")}`;
    const { teamId, userId } = membership;
    const left = randomInt(2) === 0 ? "a" : "b";
    await tx.ballot.create({ data: { id, teamId, userId, left, ...cell, createdAt: ctx.now() } });
    const prompt = await readPrompt(tx, promptSetId, cell.promptIndex);
    return { id, prompt, width, height, leftUrl: `/ballots/${id}/left.png`, rightUrl: `/ballots/${id}/right.png` };
  });
}

/** Pairs of runs come in their order, drawn by lot among equals, and cells are read of no more of them than it takes. */
async function drawPair(
  tx: Transaction,
  runIds: readonly string[],
  { teamId, userId }: Membership,
): Promise<PairRow | null> {
  const runs = Prisma.join([...runIds]);
  const [pair] = await tx.$queryRaw<PairRow[]>`
    SELECT
      pair.run_a_id AS "runAId", pair.run_b_id AS "runBId", cell.image_a_id AS "imageAId", cell.image_b_id AS "imageBId",
      pair.prompt_set_id AS "promptSetId", cell.prompt_index AS "promptIndex", cell.seed, cell.width, cell.height
    FROM (
      SELECT a.id AS run_a_id, b.id AS run_b_id, a.prompt_set_id, coalesce(judged.votes, 0) AS votes, random() AS lot
      FROM run a
      JOIN run b ON b.id > a.id AND b.prompt_set_id = a.prompt_set_id
      LEFT JOIN (
        SELECT run_a_id, run_b_id, count(*) AS votes FROM vote
        WHERE team_id = ${teamId} AND run_a_id IN (${runs}) AND run_b_id IN (${runs})
        GROUP BY run_a_id, run_b_id
      ) judged ON judged.run_a_id = a.id AND judged.run_b_id = b.id
      WHERE a.id IN (${runs}) AND b.id IN (${runs})
      ORDER BY votes, lot
    ) pair
    CROSS JOIN LATERAL (
      SELECT a.prompt_index, a.seed, a.width, a.height, a.image_id AS image_a_id, b.image_id AS image_b_id
      FROM (${cellsOf(Prisma.sql`pair.run_a_id`)}) a
      JOIN (${cellsOf(Prisma.sql`pair.run_b_id`)}) b
        ON b.prompt_index = a.prompt_index AND b.seed = a.seed AND b.storage_key <> a.storage_key
      WHERE NOT EXISTS (
        SELECT FROM vote v WHERE v.user_id = ${userId} AND v.image_a_id = a.image_id AND v.image_b_id = b.image_id
      )
      ORDER BY random()
      LIMIT 1
    ) cell
    ORDER BY pair.votes, pair.lot
    LIMIT 1`;
  return pair ?? null;
}

/** The newest picture of each cell of a run. */
function cellsOf(runId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (g.prompt_index, i.seed)
      g.prompt_index, i.seed, i.id AS image_id, i.width, i.height, i.storage_key
    FROM generation g
    JOIN image i ON i.generation_id = g.id AND i.deleted_at IS NULL
    WHERE g.run_id = ${runId}
    ORDER BY g.prompt_index, i.seed, i.id DESC`;
}

async function readPrompt(tx: Transaction, promptSetId: string, promptIndex: number): Promise<string> {
  const [row] = await tx.$queryRaw<{ prompt: unknown }[]>`
    SELECT prompts -> ${promptIndex}::integer AS prompt FROM prompt_set WHERE id = ${promptSetId}`;
  return PromptSetPrompt.parse(row?.prompt).text;
}
