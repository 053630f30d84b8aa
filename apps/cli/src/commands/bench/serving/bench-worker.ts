import path from "node:path";
import { REPOSITORY_ROOT } from "../../up/paths.ts";
import { openChildLog } from "../../up/child-log.ts";
import { startChild } from "../../up/child-process.ts";
import { listenToWorker } from "../../up/listen-to-worker.ts";
import { createReport } from "../../up/report.ts";
import { waitUntil } from "../../up/wait-until.ts";
import type { BenchDatabase } from "./bench-database.ts";

const READY_WITHIN_MS = 180_000;
const STOP_GRACE_MS = 15_000;

/** A real worker with the models of this repository, in a process of its own. */
export async function startBenchWorker(
  { databaseUrl, folder }: BenchDatabase,
  { capacity }: { capacity: number },
): Promise<{ stop(): Promise<void> }> {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: databaseUrl,
    MEZZOTINT_STORAGE: path.join(folder, "files"),
    MEZZOTINT_SLOTS: "cpu",
    MEZZOTINT_CAPACITY: String(capacity),
    MEZZOTINT_DRAIN_MS: "0",
  };
  const log = await openChildLog(path.join(folder, `worker-${capacity}.log`));
  const listener = listenToWorker(log, createReport());
  const plan = { args: ["--import", "tsx", "apps/worker/src/main.ts"], cwd: REPOSITORY_ROOT, env };
  const child = startChild(plan, listener.log);
  let end: string | null = null;
  void child.ended.then((reason) => {
    end = reason ?? "exit code 0";
  });
  const isTrue = () => Promise.resolve(listener.models() !== null || end !== null);
  await waitUntil({ isTrue, withinMs: READY_WITHIN_MS, signal: new AbortController().signal });
  if (listener.models() === null) {
    await child.stop(0);
    throw new Error(`The worker was not ready (${end ?? "it still starts"}): ${log.lastComplaint()}`);
  }
  return { stop: () => child.stop(STOP_GRACE_MS) };
}
