import { MezzotintError } from "@mezzotint/contracts/errors";

/**
 * What means that the database does not answer: codes of Prisma (P…), of Postgres (five characters) and of the
 * operating system, kinds of the driver adapter, and the driver's own words where it gives no code.
 */
const UNAVAILABLE: ReadonlySet<string> = new Set(
  [
    ["P1000", "P1001", "P1002", "P1008", "P1017", "P2024", "P2028"],
    ["08000", "08003", "08006", "53300", "57P01", "57P02", "57P03"],
    ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EPIPE", "ETIMEDOUT"],
    ["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"],
    ["Connection terminated", "Connection terminated unexpectedly", "timeout expired"],
    ["Client has encountered a connection error and is not queryable"],
  ].flat(),
);

const DEPTH_MAX = 4;

/** Anything thrown while talking to the database: DATABASE_UNAVAILABLE where waiting may help, else unchanged. */
export function asDatabaseError(thrown: unknown): unknown {
  if (thrown instanceof MezzotintError) return thrown;
  const sign = signsOf(thrown, DEPTH_MAX).find((candidate) => UNAVAILABLE.has(candidate));
  if (sign === undefined) return thrown;
  return new MezzotintError("DATABASE_UNAVAILABLE", `The database does not answer (${sign}).`, { cause: thrown });
}

/** Codes, kinds and messages of an error and of what it wraps; Prisma wraps a raw query's reason under `meta`. */
function signsOf(value: unknown, depth: number): string[] {
  if (typeof value !== "object" || value === null || depth === 0) return [];
  const { code, originalCode, kind, message, cause, meta, driverAdapterError } = value as Record<string, unknown>;
  const own = [code, originalCode, kind, message].filter((sign) => typeof sign === "string");
  return [...own, ...[cause, meta, driverAdapterError].flatMap((inner) => signsOf(inner, depth - 1))];
}
