import { createWriteStream } from "node:fs";
import { mkdir, stat, truncate } from "node:fs/promises";
import path from "node:path";

/** A child's output on disk, and its last lines in memory for the moment something goes wrong. */
export interface ChildLog {
  readonly file: string;
  write(chunk: Buffer): void;
  lastLines(count: number): readonly string[];
  /** The last line that looks like a reason, without the stack below it; empty when nothing was said. */
  lastComplaint(): string;
}

const SIZE_BYTES_MAX = 5_000_000;
const LINES_KEPT = 50;
const COMPLAINT_LENGTH_MAX = 240;

export async function openChildLog(file: string): Promise<ChildLog> {
  await mkdir(path.dirname(file), { recursive: true });
  const found = await stat(file).catch(() => null);
  if (found !== null && found.size > SIZE_BYTES_MAX) await truncate(file);
  const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  // A full disk must not end the studio.
  stream.on("error", () => undefined);
  let lines: string[] = [];
  return {
    file,
    write(chunk) {
      stream.write(chunk);
      const fresh = chunk.toString("utf8").split("\n");
      lines = [...lines, ...fresh.filter((line) => line.trim() !== "")].slice(-LINES_KEPT);
    },
    lastLines: (count) => lines.slice(-count),
    lastComplaint() {
      const complaint = lines.findLast(
        (line) => /error|cannot|could not|not found/i.test(line) && !/^\s+at /.test(line),
      );
      return inOneLine((complaint ?? lines.at(-1) ?? "").trim());
    },
  };
}

/** Of a line of JSON, what it is for people: its message. */
function inOneLine(line: string): string {
  let text = line;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && "message" in value) text = String(value.message);
  } catch {
    // Ordinary text.
  }
  const flat = text.replaceAll(/\s+/g, " ");
  return flat.length > COMPLAINT_LENGTH_MAX ? `${flat.slice(0, COMPLAINT_LENGTH_MAX)}…` : flat;
}
