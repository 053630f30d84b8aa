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

export function createDatabase(databaseUrl: string): Database {
  const connectionString = parseDatabaseUrl(databaseUrl);
  const pool = new pg.Pool({ connectionString, max: POOL_SIZE_MAX });
  // A connection that breaks fails what it was asked next and is replaced by the pool. It may break idle, or in its
  // holder's hands between two statements; without both listeners the event would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    prisma,
    pool,
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
