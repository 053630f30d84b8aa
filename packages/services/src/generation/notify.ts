import { GENERATION_CHANNEL, type GenerationEvent } from "@mezzotint/contracts/progress";
import type { Transaction } from "@mezzotint/db/transaction";

/** Sends an event; inside a transaction it leaves at commit. */
export async function notifyGeneration(tx: Transaction, event: GenerationEvent): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${GENERATION_CHANNEL}, ${JSON.stringify(event)})`;
}
