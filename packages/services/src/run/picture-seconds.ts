import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";

/** Device seconds of a picture on the mean, by run id; a run without pictures has none. */
export async function readPictureSeconds(tx: Transaction, runIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ id: string; seconds: number }[]>`
    SELECT g.run_id AS id, sum(a.device_seconds) / sum(g.count) AS seconds
    FROM generation g
    JOIN attempt a ON a.job_id = g.job_id AND a.outcome = 'succeeded' AND a.device_seconds IS NOT NULL
    WHERE g.run_id IN (${Prisma.join([...runIds])})
    GROUP BY g.run_id`;
  return new Map(rows.map(({ id, seconds }) => [id, seconds]));
}
