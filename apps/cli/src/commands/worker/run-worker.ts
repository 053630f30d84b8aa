import { spawn } from "node:child_process";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { parseDevices } from "@mezzotint/onnx/device";
import { LANES } from "@mezzotint/queue/job-state";
import { REPOSITORY_ROOT } from "../up/paths.ts";

export interface WorkerFlags {
  readonly slots?: string;
  readonly lane?: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

const NEEDED = ["DATABASE_URL", "MEZZOTINT_STORAGE"] as const;

/** The variables of the worker, flags before environment. INVALID_INPUT for a flag that is wrong or a variable that is missing. */
export function workerVariables(own: Variables, { slots, lane: lanes }: WorkerFlags): Variables {
  const missing = NEEDED.filter((name) => own[name] === undefined || own[name] === "");
  if (missing.length > 0) throw new MezzotintError("INVALID_INPUT", `${missing.join(" and ")}: not set`);
  if (slots !== undefined) parseDevices(slots);
  for (const lane of lanes ?? []) {
    if (LANES.some((known) => known === lane)) continue;
    throw new MezzotintError("INVALID_INPUT", `--lane: expected ${LANES.join(" or ")}, got "${lane}"`);
  }
  return {
    ...own,
    ...(slots === undefined ? {} : { MEZZOTINT_SLOTS: slots }),
    ...(lanes === undefined ? {} : { MEZZOTINT_LANES: lanes.join(",") }),
  };
}

/** Runs a worker until it ends; resolves to its exit code. Its log goes to standard error. */
export async function runWorker(flags: WorkerFlags): Promise<number> {
  const main = path.join(REPOSITORY_ROOT, "apps/worker/src/main.ts");
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), main], {
    env: workerVariables(process.env, flags),
    // The channel tells the worker when this process is gone, however it went.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // In a group of its own: Ctrl-C reaches it through us, once. A second one is a second wish to stop.
    detached: true,
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
