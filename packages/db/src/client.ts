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
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
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
