import { GENERATION_CHANNEL, type GenerationEvent } from "@mezzotint/contracts/progress";
import { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";

/** Sends an event; inside a transaction it leaves at commit. */
export async function notifyGeneration(tx: Transaction, event: GenerationEvent): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${GENERATION_CHANNEL}, ${JSON.stringify(event)})`;
}

/** The status event as part of a statement that writes generations: over their id, team_id and status, at commit. */
export const NOTIFY_STATUS = Prisma.sql`pg_notify(${GENERATION_CHANNEL}, json_build_object(
  'type', 'status', 'generationId', id, 'teamId', team_id, 'status', status
)::text)::text`;
