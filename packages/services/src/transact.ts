import { asDatabaseError } from "@mezzotint/db/errors";
import type { Transaction } from "@mezzotint/db/transaction";
import type { ServiceContext } from "./context.ts";

const WAIT_MS = 10_000;
const TIMEOUT_MS = 20_000;

/** Runs `work` in one transaction: all of it happens, or nothing does. */
export async function transact<Result>(
  ctx: ServiceContext,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  try {
    return await ctx.db.prisma.$transaction(work, { maxWait: WAIT_MS, timeout: TIMEOUT_MS });
  } catch (error) {
    throw asDatabaseError(error);
  }
}
