import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepareTemplateDatabase } from "@mezzotint/testing/template-database";
import type {} from "@mezzotint/testing/test-database";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../embedded/start-embedded-postgres.ts";
import { migrate } from "../migrate.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../../prisma/migrations", import.meta.url));

/** Vitest's global set-up: the server of DATABASE_URL when set, else one of this run's own, with a migrated template. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openServer();
  const template = await prepareTemplateDatabase({
    serverUrl: server.databaseUrl,
    fingerprint: await readMigrationTexts(),
    migrate: (databaseUrl) => migrate({ databaseUrl, migrationsFolder: MIGRATIONS }),
  });
  project.provide("templateDatabase", template);
  return server.stop;
}

async function openServer(): Promise<{ databaseUrl: string; stop: () => Promise<void> }> {
  const given = process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") return { databaseUrl: given, stop: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), "mezzotint-test-"));
  // Root's Postgres runs as another user, who has to get in.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, "postgres") });
  await forgoDurability(server.databaseUrl);
  return {
    databaseUrl: server.databaseUrl,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Test data need not survive a power cut, and tests are much faster without waiting for the disk. */
async function forgoDurability(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("ALTER SYSTEM SET fsync = off");
  await client.query("ALTER SYSTEM SET synchronous_commit = off");
  await client.query("SELECT pg_reload_conf()");
  await client.end();
}

async function readMigrationTexts(): Promise<string> {
  const entries = await readdir(MIGRATIONS, { recursive: true });
  const files = entries.filter((entry) => entry.endsWith(".sql")).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(MIGRATIONS, file), "utf8")));
  return texts.join("\n");
}
