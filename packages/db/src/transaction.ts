import type { Prisma } from "./generated/client.ts";

/** The typed client inside a transaction, or outside of one: what a single statement needs. */
export type Transaction = Prisma.TransactionClient;
