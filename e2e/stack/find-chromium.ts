import { spawnSync } from "node:child_process";
import path from "node:path";
import { REPOSITORY_ROOT } from "./repository-root.ts";

interface Chromium {
  /** Empty where there is none; then `complaint` says how to get one. */
  readonly program: string;
  readonly complaint: string;
}

/** The browser on this machine; the script knows where to look. It does not throw: linters load the configuration too. */
export function findChromium(): Chromium {
  const script = path.join(REPOSITORY_ROOT, "scripts/find-chromium.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  return { program: status === 0 ? stdout.trim() : "", complaint: stderr.trim() };
}
