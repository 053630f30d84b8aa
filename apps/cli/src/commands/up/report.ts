import { performance } from "node:perf_hooks";

/** What `up` tells the person in front of it: one line an event, with the seconds since this process began. */
export interface Report {
  line(subject: string, text: string): void;
  /** Lines that stand out, without a time. */
  announce(lines: readonly string[]): void;
  problem(text: string): void;
}

const SUBJECT_WIDTH = 9;

export function createReport(): Report {
  // Whoever read our output may be gone (a pipe to `head`); the studio goes on.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  const seconds = () => `${(performance.now() / 1000).toFixed(1).padStart(6)} s`;
  return {
    line: (subject, text) => console.log(`${seconds()}  ${subject.padEnd(SUBJECT_WIDTH)}  ${text}`),
    announce: (lines) => console.log(`\n${lines.map((line) => `  ${line}`).join("\n")}\n`),
    problem: (text) => console.error(`${seconds()}  ${"problem".padEnd(SUBJECT_WIDTH)}  ${text}`),
  };
}
