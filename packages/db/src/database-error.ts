import { MezzotintError } from "@mezzotint/contracts/errors";
import { Prisma } from "./generated/client.ts";

/** Codes of Prisma (P…), Postgres (five characters) and the operating system that mean: the database does not answer. */
const UNAVAILABLE = new Set([
  "P1000",
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
  "P2028",
  "08000",
  "08003",
  "08006",
  "53300",
  "57P01",
  "57P02",
  "57P03",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Anything thrown while talking to the database: DATABASE_UNAVAILABLE where waiting may help, else unchanged. */
export function asDatabaseError(thrown: unknown): unknown {
  if (thrown instanceof MezzotintError || !(thrown instanceof Error)) return thrown;
  const code = codeOf(thrown);
  const known = code !== null && UNAVAILABLE.has(code);
  if (!known && !(thrown instanceof Prisma.PrismaClientInitializationError)) return thrown;
  const message = `The database does not answer${code === null ? "" : ` (${code})`}.`;
  return new MezzotintError("DATABASE_UNAVAILABLE", message, { cause: thrown });
}

function codeOf(error: Error): string | null {
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : null;
}
