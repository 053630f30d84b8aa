import { ModelInfo } from "@mezzotint/contracts/model";
import type { Transaction } from "@mezzotint/db/transaction";

/** Titles of models by content hash; hashes nobody ever announced are absent. */
export async function readModelTitles(tx: Transaction, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await tx.model.findMany({
    where: { hash: { in: [...new Set(hashes)] } },
    select: { hash: true, info: true },
  });
  return new Map(rows.map((row) => [row.hash, ModelInfo.parse(row.info).title]));
}
