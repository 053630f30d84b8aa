import { isErrorCode } from "@mezzotint/contracts/errors";
import type { RunStatus } from "@mezzotint/contracts/run";
import type { Transaction } from "@mezzotint/db/transaction";
import { enqueue } from "@mezzotint/queue/enqueue";
import { moveRun } from "./status.ts";

/** What scoring costs on two cores with the extractors that come with the product: to open them, and to see a picture. */
const START_SECONDS = 5;
const PICTURE_SECONDS = 0.02;

/** Holds the run's row to the end of the transaction and says how it stands; null when it is gone or removed. */
export async function lockRun(tx: Transaction, runId: string): Promise<RunStatus | null> {
  const [row] = await tx.$queryRaw<{ status: RunStatus }[]>`
    SELECT status::text AS status FROM run WHERE id = ${runId} AND removed_at IS NULL FOR NO KEY UPDATE`;
  return row?.status ?? null;
}

/**
 * Sends a run on to scoring when the last of its pictures has ended, in the transaction that ended it. The lock makes two
 * that end at once look one after the other, so that the later one sees both.
 */
export async function settleRun(tx: Transaction, runId: string, now: Date): Promise<void> {
  if ((await lockRun(tx, runId)) !== "filling") return;
  const run = await tx.run.findUniqueOrThrow({
    where: { id: runId },
    select: { askedAt: true },
  });
  if (run.askedAt === null) return;
  const unfinished = await tx.generation.findFirst({
    where: { runId, status: { in: ["queued", "running"] } },
    select: { id: true },
  });
  if (unfinished !== null) return;
  const picture = await tx.image.findFirst({
    where: { generation: { runId }, deletedAt: null },
    select: { id: true },
  });
  if (picture === null) await failEmpty(tx, runId, now);
  else await startScoring(tx, runId, now);
}

/** Moves a run to scoring and asks a worker for it. False when it was not in a state that leads there. */
export async function startScoring(tx: Transaction, runId: string, now: Date): Promise<boolean> {
  if (!(await moveRun(tx, { runId, status: "scoring", now }))) return false;
  const { teamId, userId } = await tx.run.findUniqueOrThrow({
    where: { id: runId },
    select: { teamId: true, userId: true },
  });
  const pictures = await tx.image.count({ where: { generation: { runId }, deletedAt: null } });
  const costSeconds = START_SECONDS + pictures * PICTURE_SECONDS;
  const payload = { kind: "evaluate", runId } as const;
  const jobId = await enqueue(tx, { payload, lane: "batch", teamId, userId, modelHash: null, costSeconds, now });
  await tx.run.update({ where: { id: runId }, data: { evaluateJobId: jobId } });
  return true;
}

async function failEmpty(tx: Transaction, runId: string, now: Date): Promise<void> {
  const latest = await tx.generation.findFirst({
    where: { runId, status: "failed" },
    orderBy: { finishedAt: "desc" },
    select: { errorCode: true, errorMessage: true },
  });
  const code = isErrorCode(latest?.errorCode) ? latest.errorCode : "INTERNAL";
  const reason = latest?.errorMessage ?? "every picture was cancelled";
  const message = `None of the pictures was made: ${reason}`;
  await moveRun(tx, { runId, status: "failed", error: { code, message }, now });
}
