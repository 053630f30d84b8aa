import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { REPOSITORY_ROOT } from "./repository-root.ts";
import { findFreePort, findWebPid } from "./start-stack.ts";

export interface SecondWeb {
  readonly url: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** One more web process for a studio, with the variables of its first. Reads them from /proc, hence Linux only. */
export async function startSecondWeb(dataFolder: string): Promise<SecondWeb> {
  const variables = await readFile(`/proc/${await findWebPid(dataFolder)}/environ`, "utf8");
  const env = Object.fromEntries(variables.split("\0").map((pair) => pair.split(/=(.*)/s, 2)));
  const port = String(await findFreePort());
  const program = path.join(REPOSITORY_ROOT, "node_modules/next/dist/bin/next");
  const child = spawn(process.execPath, [program, "start", "-H", "127.0.0.1", "-p", port], {
    cwd: path.join(REPOSITORY_ROOT, "apps/web"),
    env,
    stdio: "ignore",
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  async function stop(): Promise<void> {
    child.kill("SIGTERM");
    await ended;
  }
  const url = `http://127.0.0.1:${port}`;
  const deadline = AbortSignal.timeout(READY_WITHIN_MS);
  while (!deadline.aborted && child.exitCode === null) {
    // Refused until it listens.
    const response = await fetch(`${url}/api/health`).catch(() => null);
    if (response?.ok === true) return { url, stop };
    await delay(100);
  }
  await stop();
  throw new Error(`The second web process did not answer ${url}/api/health.`);
}
