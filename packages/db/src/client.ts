import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "./generated/client.ts";
import { parseDatabaseUrl } from "./database-url.ts";

/** One process's way to the rows: the typed client for verbs, and the pool for the queue's plain SQL. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

const POOL_SIZE_MAX = 10;
/** A machine cut off in the middle of a transaction must not hold its rows until the network gives it up, in hours. */
const IDLE_IN_TRANSACTION_MS = 30_000;

export function createDatabase(databaseUrl: string): Database {
  const connectionString = parseDatabaseUrl(databaseUrl);
  const pool = new pg.Pool({
    connectionString,
    max: POOL_SIZE_MAX,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  // A connection that breaks fails what it was asked next and is replaced by the pool. It may break idle, or in its
  // holder's hands between two statements; without both listeners the event would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { statementNameGenerator: nameStatement }) });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/**
 * Planning a statement that every generation runs takes about as long as running it, so each connection keeps its plan;
 * they carry a mark. Everything else stays unnamed, for names are kept as long as the connection.
 */
function nameStatement({ sql }: { readonly sql: string }): string {
  if (!sql.trimStart().startsWith("-- mezzotint ")) return "";
  return `mezzotint_${createHash("sha1").update(sql).digest("hex")}`;
}
