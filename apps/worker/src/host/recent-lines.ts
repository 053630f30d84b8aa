import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export interface RecentLines {
  /** The last lines, oldest first. */
  read(): readonly string[];
}

/** Passes on every line of the streams and keeps the last few. */
export function keepRecentLines(
  streams: readonly (Readable | null)[],
  { count, onLine }: { readonly count: number; readonly onLine: (line: string) => void },
): RecentLines {
  const lines: string[] = [];
  for (const input of streams) {
    if (input === null) continue;
    createInterface({ input }).on("line", (line) => {
      onLine(line);
      lines.push(line);
      if (lines.length > count) lines.shift();
    });
  }
  return { read: () => lines };
}
