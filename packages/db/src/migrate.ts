import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import pg from "pg";
import { parseDatabaseUrl } from "./database-url.ts";

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface LedgerRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/** The key Prisma's own engine takes, so that the two can never migrate at the same time. */
const LOCK_KEY = 72_707_369;

const LEDGER = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

/**
 * Applies the migrations that are missing, in order, each in its own transaction, and keeps Prisma's ledger, so that
 * `prisma migrate status` agrees. Any number of processes may call it at once; they take turns.
 * CONFLICT when an applied migration was edited since, is unknown here, or ended half-way.
 */
export async function migrate(args: { databaseUrl: string; migrationsFolder: string }): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(args.migrationsFolder);
  const client = new pg.Client({ connectionString: parseDatabaseUrl(args.databaseUrl) });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
    await client.query(LEDGER);
    const { rows } = await client.query<LedgerRow>(
      `SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
    );
    refuseDisagreement(migrations, rows);
    const done = new Set(rows.map((row) => row.migration_name));
    const missing = migrations.filter(({ name }) => !done.has(name));
    for (const migration of missing) await apply(client, migration);
    return { applied: missing.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (names.length === 0) throw new MezzotintError("INTERNAL", `There are 0 migrations in ${folder}.`);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const bytes = await readFile(join(folder, name, "migration.sql"));
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}

function refuseDisagreement(migrations: readonly Migration[], rows: readonly LedgerRow[]): void {
  for (const { migration_name: name, checksum, finished_at: finishedAt } of rows) {
    const migration = migrations.find((candidate) => candidate.name === name);
    if (finishedAt === null) {
      throw new MezzotintError("CONFLICT", `Migration ${name} began in this database and did not finish.`);
    }
    if (migration === undefined) {
      throw new MezzotintError("CONFLICT", `The database has migration ${name}, which this version does not know.`);
    }
    if (migration.checksum !== checksum) {
      const change = `checksum ${checksum} then, ${migration.checksum} now`;
      throw new MezzotintError("CONFLICT", `Migration ${name} was edited after it was applied (${change}).`);
    }
  }
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    const { rows } = await client.query<{ now: Date }>("SELECT clock_timestamp() AS now");
    await client.query(sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name, rows[0]?.now],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    const reason = error instanceof Error ? error.message : String(error);
    throw new MezzotintError("INTERNAL", `Migration ${name} failed and was undone: ${reason}`, { cause: error });
  }
}
