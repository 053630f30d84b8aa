import { spawnSync } from "node:child_process";
import path from "node:path";
import { REPOSITORY_ROOT } from "./repository-root.ts";

/** The browser on this machine; the script knows where to look, and says how to get one. */
export function findChromium(): string {
  const script = path.join(REPOSITORY_ROOT, "scripts/find-chromium.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim());
  return stdout.trim();
}
