import { readFileSync } from "node:fs";

/**
 * Bytes of this process that no file backs and no other process shares, where the system tells (Linux); else all
 * resident bytes, which count mapped weights once for each session.
 */
export function privateBytes(): number {
  try {
    const kilobytes = /^Anonymous:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/smaps_rollup", "utf8"))?.[1];
    return kilobytes === undefined ? process.memoryUsage.rss() : Number(kilobytes) * 1024;
  } catch {
    // No such file: another system.
    return process.memoryUsage.rss();
  }
}
