import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { openChildLog } from "./child-log.ts";
import { startChild } from "./child-process.ts";
import { NEXT_PROGRAM, WEB_FOLDER } from "./paths.ts";
import type { Report } from "./report.ts";
import { hashWebInputs } from "./web-inputs.ts";

const BUILD_ID = path.join(WEB_FOLDER, ".next/BUILD_ID");
const STAMP = path.join(WEB_FOLDER, ".next/mezzotint-inputs");
const STOP_GRACE_MS = 1_000;
const LINES_SHOWN = 30;

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}

/** Builds the web app when what it is made of has changed since the last build. */
export async function buildWeb(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { report, signal } = options;
  const hash = await hashWebInputs();
  const built = await exists(BUILD_ID);
  if (built && (await readFile(STAMP, "utf8").catch(() => "")) === hash) return;
  report.line("web", built ? "building, because its sources changed" : "building for the first time; about a minute");
  // A build that fails leaves a mixture behind: what stood there before is no longer what the stamp says.
  await rm(STAMP, { force: true });
  const log = await openChildLog(options.logFile);
  const child = startChild({ args: [NEXT_PROGRAM, "build"], cwd: WEB_FOLDER, env: options.env }, log);
  const stop = () => void child.stop(STOP_GRACE_MS);
  signal.addEventListener("abort", stop, { once: true });
  const reason = await child.ended;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (reason !== null || !(await exists(BUILD_ID))) {
    const said = log.lastLines(LINES_SHOWN).join("\n");
    throw new MezzotintError(
      "INTERNAL",
      `The web app does not build (${reason ?? "exit code 0, but no build"}). It said:\n${said}\nLog: ${log.file}`,
    );
  }
  await writeFile(STAMP, hash);
  report.line("web", "built");
}
