import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Report } from "./report.ts";

export interface StopRequest {
  readonly signal: AbortSignal;
  dispose(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** npm passes Ctrl-C on although the terminal delivers it too: two signals within this time are one key press. */
const SAME_KEY_PRESS_MS = 700;
const PARENT_POLL_MS = 1_000;

/** Turns Ctrl-C, kill and the end of npm, or of a parent with an IPC channel to us, into one request to stop; a second request forces the end. */
export function listenForStop(report: Report): StopRequest {
  const controller = new AbortController();
  let requestedAtMs = 0;
  const request = (why: string) => {
    if (!controller.signal.aborted) {
      requestedAtMs = performance.now();
      report.line("stopping", why);
      controller.abort();
    } else if (performance.now() - requestedAtMs > SAME_KEY_PRESS_MS) {
      report.line("stopping", "forced; children and database end by themselves");
      process.exit(130);
    }
  };
  const onSignal = (signal: NodeJS.Signals) => request(signal === "SIGINT" ? "once more Ctrl-C to force it" : signal);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const onDisconnect = () => request("the parent is gone");
  process.channel?.unref();
  process.on("disconnect", onDisconnect);
  const watching = watchNpm(() => request("npm is gone"));
  return {
    signal: controller.signal,
    dispose() {
      clearInterval(watching);
      process.off("disconnect", onDisconnect);
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}

/**
 * Nobody tells us when npm is killed, so we look after it: it is our parent, or the parent of a shell between us.
 * Started by hand, we may outlive the shell (nohup).
 */
function watchNpm(onGone: () => void): NodeJS.Timeout {
  const parent = process.ppid;
  const underNpm = process.env["npm_lifecycle_event"] !== undefined;
  const npm = underNpm ? findNpmAbove(parent) : null;
  return setInterval(() => {
    if (underNpm && (process.ppid !== parent || (npm !== null && !isAlive(npm)))) onGone();
  }, PARENT_POLL_MS).unref();
}

function findNpmAbove(parent: number): number | null {
  const grandparent = Number(askPs("ppid=", parent));
  return grandparent > 1 && askPs("args=", grandparent).includes("npm") ? grandparent : null;
}

/** Empty where there is no `ps`: then only the parent is watched. */
function askPs(column: string, pid: number): string {
  const { stdout } = spawnSync("ps", ["-o", column, "-p", String(pid)], { encoding: "utf8" });
  return typeof stdout === "string" ? stdout.trim() : "";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
