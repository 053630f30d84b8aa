import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive } from "./process-identity.ts";
import { readEmbeddedUrl, startEmbeddedPostgres } from "./start-embedded-postgres.ts";

const asRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const START_FILE = fileURLToPath(new URL("./start-embedded-postgres.ts", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../../../..", import.meta.url));

let folder = "";
let children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-postgres-"));
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children = [];
  const home = await realpath(path.join(folder, "postgres")).catch(() => folder);
  const pid = await serverPid(home);
  for (let turn = 0; turn < 1000 && pid !== null && isAlive(pid); turn++) await delay(20);
  await rm(home, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function serverPid(home: string): Promise<number | null> {
  const text = await readFile(path.join(home, "data/postmaster.pid"), "utf8").catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

/** Another process that owns a server until it is killed; resolves to its database's address. */
async function startInAnotherProcess(dataFolder: string, uid?: number) {
  const source = `
    import { readEmbeddedUrl, startEmbeddedPostgres } from ${JSON.stringify(pathToFileURL(START_FILE).href)};
    const server = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)} });
    console.log(server.databaseUrl);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", source], {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : { uid, gid: uid, env: { ...process.env, HOME: "/nonexistent", TMPDIR: dataFolder } }),
  });
  children.push(child);
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString("utf8")));
  const databaseUrl = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", () => reject(new Error(complaint)));
  });
  return { child, databaseUrl };
}

async function killOwner(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

describe("startEmbeddedPostgres", () => {
  it("creates a database with its own secret, and keeps data and port over a restart", async () => {
    const first = await startEmbeddedPostgres({ dataFolder: folder });
    await query(first.databaseUrl, "create table plates (name text)");
    await query(first.databaseUrl, "insert into plates values ('Ω première')");
    expect(await query(first.databaseUrl, "select current_database()")).toEqual(["mezzotint"]);
    expect(await query(first.databaseUrl, "show server_encoding")).toEqual(["UTF8"]);
    await first.stop();

    const home = await realpath(path.join(folder, "postgres"));
    expect((await stat(path.join(home, "password"))).mode & 0o777).toBe(0o600);
    expect(await serverPid(home)).toBeNull();

    const second = await startEmbeddedPostgres({ dataFolder: folder });
    expect(await query(second.databaseUrl, "select name from plates")).toEqual(["Ω première"]);
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(await readEmbeddedUrl(folder)).toBe(first.databaseUrl);
    expect(await readEmbeddedUrl(path.join(folder, "nowhere"))).toBeNull();
    await second.stop();

    // Somebody takes the port in the meantime: the next start moves to another.
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen({ port: first.port, host: "127.0.0.1" }, () => resolve()));
    const third = await startEmbeddedPostgres({ dataFolder: folder });
    expect(third.port).not.toBe(first.port);
    expect(await query(third.databaseUrl, "select name from plates")).toEqual(["Ω première"]);
    await third.stop();
    intruder.close();
  });

  it("refuses a second owner, and takes over when the first was killed without warning", async () => {
    const owner = await startInAnotherProcess(folder);
    await query(owner.databaseUrl, "create table plates (name text)");
    await query(owner.databaseUrl, "insert into plates values ('kept')");
    await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining(`${folder} is in use by the running process ${owner.child.pid}`),
    });

    const home = await realpath(path.join(folder, "postgres"));
    const orphan = await serverPid(home);
    await killOwner(owner.child);
    const heir = await startEmbeddedPostgres({ dataFolder: folder });
    expect(await query(heir.databaseUrl, "select name from plates")).toEqual(["kept"]);
    expect(orphan !== null && isAlive(orphan)).toBe(false);
    await heir.stop();
  });

  it("leaves no server behind when its owner is killed and nobody starts again", async () => {
    const owner = await startInAnotherProcess(folder);
    const pid = await serverPid(await realpath(path.join(folder, "postgres")));
    expect(pid !== null && isAlive(pid)).toBe(true);
    owner.child.kill("SIGKILL");
    for (let turn = 0; turn < 1000 && pid !== null && isAlive(pid); turn++) await delay(20);
    expect(pid !== null && isAlive(pid)).toBe(false);
  });

  it("starts again on its own port when the server dies under a living owner", async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    const home = await realpath(path.join(folder, "postgres"));
    const pid = await serverPid(home);
    if (pid !== null) process.kill(pid, "SIGKILL");
    const answered = async () => (await query(server.databaseUrl, "select 1").catch(() => [])).length === 1;
    for (let turn = 0; turn < 500 && ((await serverPid(home)) === pid || !(await answered())); turn++) await delay(20);
    expect(await query(server.databaseUrl, "select 1")).toEqual([1]);
    await server.stop();
  });

  it("says what is wrong with data it cannot use", async () => {
    const server = await startEmbeddedPostgres({ dataFolder: folder });
    await server.stop();
    const data = path.join(await realpath(path.join(folder, "postgres")), "data");
    await writeFile(path.join(data, "PG_VERSION"), "9\n");
    await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow(
      /made by PostgreSQL 9, .* carries PostgreSQL 18/,
    );
    await writeFile(path.join(data, "PG_VERSION"), "18\n");
    await rm(path.join(data, "global"), { recursive: true });
    await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow(
      /does not start on the data in .*global/,
    );
    await rm(path.join(data, "PG_VERSION"));
    await expect(startEmbeddedPostgres({ dataFolder: folder })).rejects.toThrow(/holds no PostgreSQL database/);
  });

  it.runIf(asRoot)("as root below a closed folder: keeps the data where the server's user can reach it", async () => {
    await chmod(folder, 0o700);
    const first = await startEmbeddedPostgres({ dataFolder: path.join(folder, "data") });
    const home = await realpath(path.join(folder, "data/postgres"));
    try {
      expect(first.notice).toContain(home);
      expect(home.startsWith(folder)).toBe(false);
      await query(first.databaseUrl, "create table plates ()");
      await first.stop();
      const second = await startEmbeddedPostgres({ dataFolder: path.join(folder, "data") });
      expect(await query(second.databaseUrl, "select count(*)::int from plates")).toEqual([0]);
      await second.stop();
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });

  it.runIf(asRoot)("runs for an ordinary user, and root can carry on with that user's data", async () => {
    const dataFolder = path.join(folder, "own");
    await mkdir(dataFolder);
    await chown(dataFolder, NOBODY, NOBODY);
    const owner = await startInAnotherProcess(dataFolder, NOBODY);
    await query(owner.databaseUrl, "create table plates ()");
    await killOwner(owner.child);
    const root = await startEmbeddedPostgres({ dataFolder });
    expect(await query(root.databaseUrl, "select count(*)::int from plates")).toEqual([0]);
    await root.stop();
    expect((await stat(path.join(dataFolder, "postgres/data"))).uid).toBe(NOBODY);
  });
});
