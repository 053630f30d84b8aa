import { openBenchDatabase } from "./bench-database.ts";
import { describeMachine } from "./describe-machine.ts";
import { fillQueue } from "./fill-queue.ts";
import { percentile } from "./percentile.ts";
import { timeQueue } from "./time-queue.ts";

export interface BenchClaimFlags {
  readonly jobs: string;
  readonly people: string;
  readonly workers: string;
  readonly connections: string;
  readonly seconds: string;
}

const MODEL_HASH = "b".repeat(64);
const COUNTS = [1, 8, 32];

/** The real claim over a long queue, by many workers that take turns on a few connections, as a pooler has them. */
export async function runBenchClaim(flags: BenchClaimFlags): Promise<void> {
  const [jobs, people, workers] = [Number(flags.jobs), Number(flags.people), Number(flags.workers)];
  const connections = Number(flags.connections);
  const seconds = Number(flags.seconds) / COUNTS.length;
  const bench = await openBenchDatabase();
  try {
    console.log(describeMachine());
    console.log(`writing ${jobs} jobs of ${people} people, ${workers} workers, ${connections} connections`);
    await fillQueue(bench.db, { jobs, people, workers, modelHash: MODEL_HASH });
    const workerIds = Array.from({ length: workers }, (_, index) => `wrk_${index + 1}`);
    console.log("| jobs a claim | jobs/s, claimed and finished | claim p50 ms | p95 ms | p99 ms | claims |");
    console.log("|---|---|---|---|---|---|");
    for (const count of COUNTS) {
      const times = await timeQueue(bench.db, { connections, count, seconds, workerIds });
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times.claimMs, share).toFixed(1));
      console.log(`| ${count} | ${times.perSecond.toFixed(0)} | ${p50} | ${p95} | ${p99} | ${times.claimMs.length} |`);
    }
  } finally {
    await bench.close();
  }
}
