import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createDatabase, type Database } from "@mezzotint/db/client";
import { startEmbeddedPostgres } from "@mezzotint/db/embedded-postgres";
import { migrate } from "@mezzotint/db/migrate";
import { REPOSITORY_ROOT } from "../../up/paths.ts";

export interface BenchDatabase {
  readonly databaseUrl: string;
  readonly db: Database;
  /** An empty folder that goes with it. */
  readonly folder: string;
  /** Forgets every job and what everybody used; row by row a long queue would take minutes. */
  forgetJobs(): Promise<void>;
  close(): Promise<void>;
}

/** A Postgres of this run's own with its durability left on, migrated, and gone afterwards. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-bench-"));
  // Root's Postgres runs as another user, who has to get in.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder: path.join(folder, "data") });
  const { databaseUrl } = server;
  await migrate({ databaseUrl, migrationsFolder: path.join(REPOSITORY_ROOT, "prisma/migrations") });
  const db = createDatabase(databaseUrl);
  return {
    databaseUrl,
    db,
    folder,
    async forgetJobs() {
      await db.prisma.$executeRaw`TRUNCATE job, usage, waiting_team, waiting_person CASCADE`;
    },
    async close() {
      await db.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
