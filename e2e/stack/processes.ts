import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Every process below this one, however deep; zombies are not counted. */
export function descendantsOf(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" }).trim().split("\n");
  const rows = lines.map((line) => line.trim().split(/\s+/));
  const childrenOf = (parent: number): number[] =>
    rows
      .filter(([, ppid, state]) => Number(ppid) === parent && state?.startsWith("Z") !== true)
      .map(([child]) => Number(child));
  const found: number[] = [];
  for (let queue = childrenOf(pid); queue.length > 0;) {
    found.push(...queue);
    queue = queue.flatMap(childrenOf);
  }
  return found;
}

/** Those of the processes that are still there after the time. */
export async function survivors(pids: readonly number[], withinMs: number): Promise<number[]> {
  const deadline = AbortSignal.timeout(withinMs);
  let left = pids.filter(isAlive);
  while (left.length > 0 && !deadline.aborted) {
    await delay(50);
    left = left.filter(isAlive);
  }
  return left;
}

/** What a process shows as its command line; empty when it is gone. */
export function commandOf(pid: number): string {
  const { stdout } = spawnSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim();
}

/** The process that started a process. */
export function parentOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }).trim());
}
