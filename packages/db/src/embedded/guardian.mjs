// Runs PostgreSQL for an owner and ends it when the owner is gone, however the owner went: the owner holds the other
// end of this process's standard input, and the system closes it even after kill -9. Plain JavaScript, so that it
// starts at once. Started with one argument, JSON: { command, args, cwd, logFile, uid?, gid? }.
//
// From the owner: the line "keep" (the server is up; from now on start it again when it ends by itself) and end of
// input (shut down). To the owner, one JSON line each: {event: "started", pid}, {event: "ended", code, signal}.
import { spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import path from "node:path";

const { command, args, cwd, logFile, uid, gid } = JSON.parse(process.argv[2] ?? "{}");
const RESTART_DELAY_MS = 1_000;
const RESTARTS_MAX = 20;
const SERVER_NOTE = path.join(cwd, "data/postmaster.pid");
const FAST_SHUTDOWN_MS = 20_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

let server = null;
let keeping = false;
let stopping = false;
let restarts = 0;

function tell(message) {
  // The owner may be gone: then nobody needs to hear it.
  process.stdout.write(`${JSON.stringify(message)}\n`, () => undefined);
}

function start() {
  const log = openSync(logFile, "a", 0o600);
  const identity = uid === undefined ? {} : { uid, gid };
  // Its own group: a Ctrl-C in the terminal must not end backends one by one.
  server = spawn(command, args, { cwd, stdio: ["ignore", log, log], detached: true, ...identity });
  tell({ event: "started", pid: server.pid ?? null });
  server.on("error", (error) => ended(error.message, null));
  server.on("exit", (code, signal) => ended(code, signal));
}

/** The note of a server that was killed stays behind, with its process id and how far it was. */
function wasReady(pid) {
  try {
    const lines = readFileSync(SERVER_NOTE, "utf8").split("\n");
    return Number.parseInt(lines[0], 10) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

function ended(code, signal) {
  const cameUp = code === 0 || wasReady(server?.pid);
  server = null;
  tell({ event: "ended", code, signal });
  // Only starts in vain count: one that came up and was killed later deserves to come up again, however often.
  restarts = cameUp ? 1 : restarts + 1;
  if (stopping || !keeping || restarts > RESTARTS_MAX) process.exit(0);
  setTimeout(() => (stopping ? process.exit(0) : start()), RESTART_DELAY_MS);
}

function stop() {
  if (stopping) return;
  stopping = true;
  if (server === null) process.exit(0);
  server.kill("SIGINT");
  setTimeout(() => server?.kill("SIGQUIT"), FAST_SHUTDOWN_MS);
  setTimeout(() => server?.kill("SIGKILL"), FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS);
}

process.stdout.on("error", () => undefined);
process.stdin.on("data", (chunk) => {
  if (chunk.toString("utf8").includes("keep")) keeping = true;
});
process.stdin.on("end", stop);
process.stdin.on("error", stop);
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("SIGHUP", stop);
start();
