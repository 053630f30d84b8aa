import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmod, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { commandOf, descendantsOf, parentOf } from "./processes.ts";
import { REPOSITORY_ROOT } from "./repository-root.ts";

/** A whole studio, started as people start it. */
export interface Stack {
  readonly url: string;
  readonly dataFolder: string;
  /** The process of `mezzotint up`. */
  readonly process: ChildProcess;
  readonly pid: number;
  /** What it has printed so far. */
  output(): string;
  /** Resolves to its exit code, null after a signal. */
  readonly ended: Promise<number | null>;
  /** Ctrl-C, and wait. */
  stop(): Promise<number | null>;
}

/** A first start builds the web app. */
const READY_WITHIN_MS = 6 * 60_000;
const READY = /Mezzotint is ready: (\S+)/;

export async function createDataFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-e2e-"));
  // Root's PostgreSQL runs as another user, who has to get in.
  await chmod(folder, 0o755);
  return folder;
}

export async function removeDataFolder(folder: string): Promise<void> {
  const database = await realpath(path.join(folder, "postgres")).catch(() => null);
  if (database !== null) await rm(database, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** The address of the database that runs for a data folder, from what its owner leaves beside the data. */
export async function readDatabaseUrl(dataFolder: string): Promise<string> {
  const read = async (name: string) => (await readFile(path.join(dataFolder, "postgres", name), "utf8")).trim();
  return `postgresql://mezzotint:${await read("password")}@127.0.0.1:${await read("port")}/mezzotint`;
}

async function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("The probe has no port."));
        else resolve(address.port);
      });
    });
  });
}

/** Runs `npm start`'s script; it does not wait until the studio is ready. */
export async function spawnStack(
  dataFolder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Omit<Stack, "url">> {
  const port = String(await findFreePort());
  const args = ["scripts/mezzotint.mjs", "up", "--data", dataFolder, "--port", port];
  // A studio of its own, whatever the shell of whoever runs the tests says.
  const {
    DATABASE_URL: _,
    DATABASE_DIRECT_URL: __,
    BETTER_AUTH_URL: ___,
    MEZZOTINT_STORAGE: ____,
    ...env
  } = process.env;
  // The channel ends the studio when the test runner is killed.
  const child = spawn(process.execPath, args, {
    cwd: REPOSITORY_ROOT,
    env: { ...env, ...variables },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return {
    dataFolder,
    process: child,
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    stop() {
      child.kill("SIGINT");
      return ended;
    },
  };
}

export async function startStack(dataFolder: string, variables: Readonly<Record<string, string>> = {}): Promise<Stack> {
  const stack = await spawnStack(dataFolder, variables);
  const deadline = AbortSignal.timeout(READY_WITHIN_MS);
  while (!deadline.aborted && stack.process.exitCode === null && stack.process.signalCode === null) {
    const url = READY.exec(stack.output())?.[1];
    if (url !== undefined) return { ...stack, url };
    await delay(100);
  }
  stack.process.kill("SIGTERM");
  await stack.ended;
  throw new Error(`The studio did not start. It said:\n${stack.output()}`);
}

/** The process id of the worker that serves now, from its own log. */
export async function findWorkerPid(dataFolder: string): Promise<number> {
  const text = await readFile(path.join(dataFolder, "logs/worker.log"), "utf8");
  const ready = text.split("\n").findLast((line) => line.includes('"event":"ready"'));
  const pid = /"pid":(\d+)/.exec(ready ?? "")?.[1];
  if (pid === undefined) throw new Error(`No worker has said that it is ready in ${dataFolder}.`);
  return Number(pid);
}

/** The process id of the web app that serves now: a sibling of the worker. */
export async function findWebPid(dataFolder: string): Promise<number> {
  const worker = await findWorkerPid(dataFolder);
  const web = descendantsOf(parentOf(worker)).find((pid) => commandOf(pid).includes("next"));
  if (web === undefined) throw new Error(`No web process runs beside worker ${worker}.`);
  return web;
}
