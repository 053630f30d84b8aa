import { spawn } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ClusterHome } from "./cluster-home.ts";
import type { NativeBinaries } from "./native-binaries.ts";
import { isAlive, processCommand } from "./process-identity.ts";

export interface ServerProcess {
  readonly port: number;
  /** From now on the server is started again when it ends by itself. */
  keep(): void;
  /** Ends the server; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Why a server did not come up; `portTaken` and `leftover` are worth another attempt. */
export interface StartFailure {
  readonly reason: string;
  readonly portTaken: boolean;
  readonly leftover: boolean;
}

const GUARDIAN = fileURLToPath(new URL("./guardian.mjs", import.meta.url));
const READY_WITHIN_MS = 60_000;
const POLL_MS = 25;
const LEFTOVER_FAST_MS = 20_000;

interface ServerNote {
  readonly pid: number;
  readonly dataFolder: string;
  readonly ready: boolean;
}

async function readServerNote(home: ClusterHome): Promise<ServerNote | null> {
  const text = await readFile(path.join(home.folder, "data/postmaster.pid"), "utf8").catch(() => null);
  if (text === null) return null;
  const lines = text.split("\n");
  const pid = Number.parseInt(lines[0] ?? "", 10);
  if (Number.isNaN(pid)) return null;
  const ready = (lines[7] ?? "").trim() === "ready";
  return { pid: Math.abs(pid), dataFolder: lines[1] ?? path.join(home.folder, "data"), ready };
}

async function waitUntilGone(pid: number, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
    if (!isAlive(pid)) return true;
    await delay(POLL_MS);
  }
  return !isAlive(pid);
}

/**
 * Ends a server that a dead owner left behind, and removes the note of one that is gone: its process id may belong to
 * some other program by now, and PostgreSQL would then refuse to start.
 */
export async function endLeftoverServer(home: ClusterHome): Promise<void> {
  const noted = await readServerNote(home);
  if (noted === null) return;
  const command = isAlive(noted.pid) ? await processCommand(noted.pid) : "";
  if (command.includes("postgres") && command.includes(noted.dataFolder)) {
    process.kill(noted.pid, "SIGINT");
    if (await waitUntilGone(noted.pid, LEFTOVER_FAST_MS)) return;
    process.kill(noted.pid, "SIGQUIT");
    if (await waitUntilGone(noted.pid, LEFTOVER_FAST_MS)) return;
    throw new MezzotintError("DATABASE_UNAVAILABLE", `An earlier PostgreSQL (process ${noted.pid}) does not end.`);
  }
  await rm(path.join(home.folder, "data/postmaster.pid"), { force: true });
}

function explain(log: string): StartFailure {
  const lines = log.split("\n").filter((line) => /FATAL|PANIC|ERROR|could not|error/.test(line));
  const last = lines.at(-1) ?? log.trim().split("\n").at(-1) ?? "";
  const portTaken = /could not bind IPv4|Address already in use|could not create any TCP\/IP sockets/.test(log);
  const leftover = /lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(log);
  const reason = last.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, "");
  return { reason: reason === "" ? "it said nothing" : reason, portTaken, leftover };
}

async function logSince(logFile: string, offset: number): Promise<string> {
  const bytes = await readFile(logFile).catch(() => Buffer.alloc(0));
  return bytes.subarray(offset).toString("utf8");
}

function serverArguments(home: ClusterHome, port: number): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    logging_collector: "off",
    log_destination: "stderr",
    lc_messages: "C",
    timezone: "UTC",
    log_timezone: "UTC",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", path.join(home.folder, "data"), ...flags];
}

/** Starts the server on the port, once; resolves when it accepts connections, or with the reason why it does not. */
export async function startServer(options: {
  readonly home: ClusterHome;
  readonly binaries: NativeBinaries;
  readonly port: number;
}): Promise<ServerProcess | StartFailure> {
  const { home, binaries, port } = options;
  const logFile = path.join(home.folder, "server.log");
  const logOffset = (await stat(logFile).catch(() => null))?.size ?? 0;
  const command = path.join(binaries.folder, "bin/postgres");
  const identity = home.user === null ? {} : { uid: home.user.uid, gid: home.user.gid };
  const plan = { command, args: serverArguments(home, port), cwd: home.folder, logFile, ...identity };
  const guardian = spawn(process.execPath, [GUARDIAN, JSON.stringify(plan)], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const gone = new Promise<void>((resolve) => {
    guardian.once("exit", () => resolve());
    guardian.once("error", () => resolve());
  });
  let serverPid: number | null = null;
  let ended = false;
  void gone.then(() => (ended = true));
  guardian.stdin.on("error", () => undefined);
  createInterface({ input: guardian.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as { event: string; pid?: number | null };
    if (message.event === "started") serverPid = message.pid ?? null;
  });
  const stop = async () => {
    guardian.stdin.end();
    await gone;
  };
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS && !ended; waitedMs += POLL_MS) {
    const noted = await readServerNote(home);
    if (noted !== null && noted.pid === serverPid && noted.ready) {
      return { port, keep: () => guardian.stdin.write("keep\n"), stop };
    }
    await delay(POLL_MS);
  }
  await stop();
  const log = await logSince(logFile, logOffset);
  return ended ? explain(log) : { ...explain(log), reason: `not ready within ${READY_WITHIN_MS / 1000} s` };
}
