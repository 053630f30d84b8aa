import { execFileSync } from "node:child_process";
import path from "node:path";
import { REPOSITORY_ROOT } from "./repository-root.ts";

/**
 * Puts a tiny cascade and a tiny unCLIP, which do not ship, where the studio finds them; returns the folder. The engine's
 * own script writes them in a process of its own: these tests see the studio from outside, and import nothing of it.
 */
export function writeTinyModels(dataFolder: string): string {
  const folder = path.join(dataFolder, "tiny-models");
  const script = path.join(REPOSITORY_ROOT, "packages/engine/src/testing/write-tiny-models.ts");
  execFileSync(process.execPath, ["--import", "tsx", script, folder], { cwd: REPOSITORY_ROOT });
  return folder;
}
