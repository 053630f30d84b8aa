import type { Command } from "commander";
import type { WorkerFlags } from "./run-worker.ts";

const append = (lane: string, before: readonly string[] = []): readonly string[] => [...before, lane];

/** `mezzotint worker`: one worker, for any machine that reaches the database and the storage. */
export function registerWorker(program: Command): void {
  program
    .command("worker")
    .description("draw and score what waits; needs only DATABASE_URL and MEZZOTINT_STORAGE")
    .option("--slots <devices>", "an engine for each device: cpu, cuda:0,cuda:1, or 2 for the two best (default: auto)")
    .option("--lane <lane>", "serve interactive or batch only; repeatable (default: both)", append)
    .action(async (flags: WorkerFlags) => {
      const { runWorker } = await import("./run-worker.ts");
      process.exitCode = await runWorker(flags);
    });
}
