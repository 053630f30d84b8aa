import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { ChildLog } from "./child-log.ts";

export interface ChildPlan {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface RunningChild {
  readonly pid: number | undefined;
  /** Resolves when the process is gone: with null after exit code 0, else with the reason. */
  readonly ended: Promise<string | null>;
  /** Asks the process to end, and after the grace kills it with everything it started. */
  stop(graceMs: number): Promise<void>;
}

const EXIT_WITH_PARENT = new URL("./exit-with-parent.mjs", import.meta.url).href;

/** Starts a Node program that goes when we go, in a group of its own, so that Ctrl-C reaches only us. */
export function startChild(plan: ChildPlan, log: ChildLog): RunningChild {
  const child = spawn(process.execPath, ["--import", EXIT_WITH_PARENT, ...plan.args], {
    cwd: plan.cwd,
    env: { ...plan.env, MEZZOTINT_PARENT_PID: String(process.pid) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  child.stdout?.on("data", (chunk: Buffer) => log.write(chunk));
  child.stderr?.on("data", (chunk: Buffer) => log.write(chunk));
  const ended = new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)));
  });
  return {
    pid: child.pid,
    ended,
    async stop(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const killing = setTimeout(() => killGroup(child), graceMs);
      await ended;
      clearTimeout(killing);
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // ESRCH: the group ended in this very moment.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
