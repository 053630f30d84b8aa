import { MezzotintError } from "@mezzotint/contracts/errors";
import { ModelInfo } from "@mezzotint/contracts/model";
import type { Transaction } from "@mezzotint/db/transaction";
import { isWorkerAlive } from "@mezzotint/queue/worker-liveness";

/**
 * The model of that name: the one a live worker serves, else the latest ever announced, for its jobs can wait.
 * INVALID_INPUT names the models there are.
 */
export async function findModel(tx: Transaction, name: string): Promise<ModelInfo> {
  const [row] = await tx.$queryRaw<{ info: unknown }[]>`
    -- mezzotint find model
    SELECT m.info
    FROM model m
    WHERE m.name = ${name}
    ORDER BY
      EXISTS (
        SELECT FROM worker_model wm JOIN worker w ON w.id = wm.worker_id
        WHERE wm.model_hash = m.hash AND ${isWorkerAlive("w")}
      ) DESC,
      m.announced_at DESC
    LIMIT 1`;
  if (row !== undefined) return ModelInfo.parse(row.info);
  const models = await tx.model.findMany({ select: { name: true }, distinct: ["name"], orderBy: { name: "asc" } });
  const names = models.map((model) => model.name);
  throw new MezzotintError(
    "INVALID_INPUT",
    names.length === 0
      ? `Model ${name} is not known: no worker has announced a model yet.`
      : `Model ${name} is not known; there are ${names.length}: ${names.join(", ")}.`,
  );
}
