import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process id together with when it started: ids are reused, the pair is not. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** When the process started, in the system's own words, or null when there is no such process. */
export async function processStartTime(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat === null) return null;
    // The command name (field 2) may hold spaces and parentheses; the start time is field 22, in ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    const bootId = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
    return `${fields[19] ?? "?"}@${bootId.trim()}`;
  }
  const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.trim() === "" ? null : stdout.trim();
}

export async function identifyThisProcess(): Promise<ProcessIdentity> {
  return { pid: process.pid, startedAt: (await processStartTime(process.pid)) ?? "unknown" };
}

export async function isSameProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await processStartTime(identity.pid)) === identity.startedAt;
}

/** The program a process runs, as the system shows it; empty when it is gone or cannot be seen. */
export async function processCommand(pid: number): Promise<string> {
  if (process.platform === "linux") {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return commandLine.replaceAll("\0", " ").trim();
  }
  const { stdout } = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.trim();
}
