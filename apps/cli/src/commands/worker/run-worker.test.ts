import { spawn, type ChildProcess } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createDatabase } from "@mezzotint/db/client";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "@mezzotint/db/embedded-postgres";
import { migrate } from "@mezzotint/db/migrate";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { REPOSITORY_ROOT } from "../up/paths.ts";
import { workerVariables } from "./run-worker.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const needed = { DATABASE_URL: "postgresql://localhost/x", MEZZOTINT_STORAGE: "files" };
let folder = "";
let server: EmbeddedPostgres;
let child: ChildProcess | null = null;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-worker-command-"));
  // Root's Postgres runs as another user, who has to get in.
  await chmod(folder, 0o755);
  server = await startEmbeddedPostgres({ dataFolder: path.join(folder, "data") });
  await migrate({
    databaseUrl: server.databaseUrl,
    migrationsFolder: path.join(REPOSITORY_ROOT, "prisma/migrations"),
  });
  await writeTinyModel(path.join(folder, "models/tiny"));
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test("flags go before the environment, and what is wrong is named", () => {
  const own = { ...needed, MEZZOTINT_SLOTS: "cpu", MEZZOTINT_LANES: "batch" };
  expect(workerVariables(own, {})).toEqual(own);
  expect(workerVariables(own, { slots: "2", lane: ["interactive", "batch"] })).toEqual({
    ...needed,
    MEZZOTINT_SLOTS: "2",
    MEZZOTINT_LANES: "interactive,batch",
  });
  expect(() => workerVariables({ DATABASE_URL: "" }, {})).toThrow("DATABASE_URL and MEZZOTINT_STORAGE: not set");
  expect(() => workerVariables(needed, { slots: "gpu" })).toThrow(/expected auto or one of cpu, cuda.*"gpu"/);
  expect(() => workerVariables(needed, { lane: ["fast"] })).toThrow(
    '--lane: expected interactive or batch, got "fast"',
  );
});

test("a worker of two slots and one lane joins with the database and the storage alone, and ends when it is told to", async () => {
  const words = ["worker", "--slots", "cpu,cpu", "--lane", "batch"];
  const main = path.join(REPOSITORY_ROOT, "apps/cli/src/main.ts");
  const variables = { DATABASE_URL: server.databaseUrl, MEZZOTINT_STORAGE: "files", MEZZOTINT_ROOT: folder };
  const started = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), main, ...words], {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "ignore", "pipe"],
  });
  child = started;
  let said = "";
  started.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  const ended = new Promise<number | null>((resolve) => started.once("exit", (code) => resolve(code)));
  await expect.poll(() => said, { timeout: 120_000, interval: 100 }).toContain('"event":"ready"');
  const db = createDatabase(server.databaseUrl);
  const [worker] = await db.prisma.worker.findMany({ include: { models: { include: { model: true } } } });
  expect(worker).toMatchObject({ slots: 2, devices: ["cpu", "cpu"], lane: "batch", endedAt: null });
  expect(worker?.models.map(({ model }) => model.name)).toEqual(["tiny"]);
  started.kill("SIGINT");
  expect(await ended).toBe(0);
  expect((await db.prisma.worker.findMany()).map(({ endedAt }) => endedAt)).toEqual([expect.any(Date)]);
  await db.close();
});
