import { ModelInfo } from "@mezzotint/contracts/model";
import { isWorkerAlive } from "@mezzotint/queue/worker-liveness";
import type { ServiceContext } from "../context.ts";

/** A model as forms show it; `available` says whether a live worker serves it right now. */
export interface ListedModel extends ModelInfo {
  readonly available: boolean;
}

/**
 * Models by name, those available first. Of several with one name the served one counts, else the latest.
 * A model nobody serves stays in the list: its jobs wait for a worker to come back.
 */
export async function listModels(args: { ctx: ServiceContext; input?: undefined }): Promise<ListedModel[]> {
  const rows = await args.ctx.db.prisma.$queryRaw<{ info: unknown; available: boolean }[]>`
    SELECT DISTINCT ON (name) name, info, available
    FROM (
      SELECT m.name, m.info, m.announced_at, EXISTS (
        SELECT FROM worker_model wm JOIN worker w ON w.id = wm.worker_id
        WHERE wm.model_hash = m.hash AND ${isWorkerAlive("w")}
      ) AS available
      FROM model m
    ) AS announced
    ORDER BY name, available DESC, announced_at DESC`;
  return rows
    .map((row) => ({ ...ModelInfo.parse(row.info), available: row.available }))
    .toSorted((a, b) => Number(b.available) - Number(a.available));
}
