import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useTestDatabase } from "@mezzotint/testing/test-database";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";

const SHIPPED = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));
const INIT = "20261123080000_init";
const databaseUrl = await useTestDatabase();

let migrationsFolder: string;
beforeAll(async () => {
  migrationsFolder = await mkdtemp(join(tmpdir(), "mezzotint-migrations-"));
  await cp(SHIPPED, migrationsFolder, { recursive: true });
});
afterAll(() => rm(migrationsFolder, { recursive: true }));

async function add(name: string, sql: string): Promise<() => Promise<void>> {
  await mkdir(join(migrationsFolder, name));
  await writeFile(join(migrationsFolder, name, "migration.sql"), sql);
  return () => rm(join(migrationsFolder, name), { recursive: true });
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

test("a migrated database has nothing left to apply", async () => {
  expect(await migrate({ databaseUrl, migrationsFolder: SHIPPED })).toEqual({ applied: [] });
});

test("ten processes at once apply a new migration exactly once", async () => {
  await add("20990101000000_once", "CREATE TABLE once (id integer)");
  const results = await Promise.all(Array.from({ length: 10 }, () => migrate({ databaseUrl, migrationsFolder })));
  expect(results.flatMap(({ applied }) => applied)).toEqual(["20990101000000_once"]);
  expect(
    await query(`SELECT applied_steps_count, finished_at >= started_at AS ordered, rolled_back_at, logs
                 FROM _prisma_migrations WHERE migration_name = '20990101000000_once'`),
  ).toEqual([{ applied_steps_count: 1, ordered: true, rolled_back_at: null, logs: null }]);
});

test("a migration that fails is undone whole, and can be mended and applied", async () => {
  const remove = await add("20990102000000_broken", "CREATE TABLE half (id integer); SELECT * FROM nowhere");
  await expect(migrate({ databaseUrl, migrationsFolder })).rejects.toMatchObject({
    code: "INTERNAL",
    message: expect.stringMatching(/20990102000000_broken failed and was undone: .*"nowhere"/),
  });
  expect(await query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  await remove();
  await add("20990102000000_broken", "CREATE TABLE half (id integer)");
  expect(await migrate({ databaseUrl, migrationsFolder })).toEqual({ applied: ["20990102000000_broken"] });
});

test("an edited migration is refused with both checksums", async () => {
  const path = join(migrationsFolder, INIT, "migration.sql");
  await writeFile(path, `${await readFile(path, "utf8")}-- a late thought\n`);
  await expect(migrate({ databaseUrl, migrationsFolder })).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringMatching(
      /_init was edited after it was applied \(checksum [0-9a-f]{64} then, [0-9a-f]{64} now/,
    ),
  });
  await copyFile(join(SHIPPED, INIT, "migration.sql"), path);
});

test("a database from a newer version is refused", async () => {
  await expect(migrate({ databaseUrl, migrationsFolder: SHIPPED })).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("20990101000000_once, which this version does not know"),
  });
});

test("an address that is none is a sentence", async () => {
  await expect(migrate({ databaseUrl: "localhost:5432", migrationsFolder: SHIPPED })).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
});
