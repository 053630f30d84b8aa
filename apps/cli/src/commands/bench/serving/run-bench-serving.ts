import { MezzotintError } from "@mezzotint/contracts/errors";
import { openBenchDatabase, type BenchDatabase } from "./bench-database.ts";
import { fillQueue } from "./fill-queue.ts";
import { describeMachine } from "./describe-machine.ts";
import { reportArrivals } from "./report-arrivals.ts";
import { timeArrivals } from "./time-arrivals.ts";
import { timeFairness } from "./time-fairness.ts";
import { timeLedger } from "./time-ledger.ts";
import { percentile } from "./percentile.ts";
import { timeEnqueue, timeQueue } from "./time-queue.ts";

export interface BenchServingFlags {
  readonly seconds: string;
  readonly short?: boolean;
  readonly parts: string;
}

const MODEL_HASH = "b".repeat(64);
const PEOPLE = 20;
const WORKERS = 20;
const SHORT_SECONDS = 2;
/** (connections, jobs a claim): one worker with one slot, several, and workers that fill a batch at once. */
const SHAPES = [
  [1, 1],
  [8, 1],
  [1, 16],
  [8, 16],
  [4, 64],
] as const;
const PARTS = { rates: reportRates, ledger: reportLedger, fairness: reportFairness, arrivals: reportMini } as const;

/**
 * Rates of the queue with a no-op engine, what the ledger costs a generation, how a small user fares by a hog, and
 * pictures of mini by the real stack.
 */
export async function runBenchServing(flags: BenchServingFlags): Promise<void> {
  const seconds = flags.short === true ? SHORT_SECONDS : Number(flags.seconds);
  const parts = parseParts(flags.parts);
  const bench = await openBenchDatabase();
  try {
    console.log(`${describeMachine()}; ${seconds} s a figure`);
    for (const part of parts) {
      await PARTS[part](bench, seconds);
      await bench.forgetJobs();
    }
    console.log(`\n${describeMachine()}`);
  } finally {
    await bench.close();
  }
}

function parseParts(text: string): (keyof typeof PARTS)[] {
  return text.split(",").map((name) => {
    if (!isPart(name)) {
      throw new MezzotintError(
        "INVALID_INPUT",
        `--parts: expected some of ${Object.keys(PARTS).join(", ")}, got ${name}`,
      );
    }
    return name;
  });
}

function isPart(name: string): name is keyof typeof PARTS {
  return name in PARTS;
}

async function reportMini(bench: BenchDatabase, seconds: number): Promise<void> {
  reportArrivals(await timeArrivals(bench, seconds));
}

async function reportRates({ db }: BenchDatabase, seconds: number): Promise<void> {
  await fillQueue(db, { jobs: Math.round(seconds * 10_000), people: PEOPLE, workers: WORKERS, modelHash: MODEL_HASH });
  const perSecond = await timeEnqueue(db, {
    connections: 8,
    jobs: Math.round(seconds * 400),
    people: PEOPLE,
    modelHash: MODEL_HASH,
  });
  console.log(`\nenqueue, one by one over 8 connections: ${perSecond.toFixed(0)} a second\n`);
  console.log("| connections | jobs a claim | jobs/s, claimed and finished | claim p50 ms | p95 ms | finish p95 ms |");
  console.log("|---|---|---|---|---|---|");
  const workerIds = Array.from({ length: WORKERS }, (_, index) => `wrk_${index + 1}`);
  for (const [connections, count] of SHAPES) {
    const times = await timeQueue(db, { connections, count, seconds, workerIds });
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(times.claimMs, share).toFixed(1));
    const finish = percentile(times.finishMs, 0.95).toFixed(1);
    console.log(`| ${connections} | ${count} | ${times.perSecond.toFixed(0)} | ${p50} | ${p95} | ${finish} |`);
  }
}

async function reportLedger(bench: BenchDatabase, seconds: number): Promise<void> {
  const parts = await timeLedger(bench, seconds);
  console.log("\n| part of a generation's ledger | p50 ms | p95 ms |\n|---|---|---|");
  for (const [name, values] of Object.entries(parts)) {
    console.log(`| ${name} | ${percentile(values, 0.5).toFixed(1)} | ${percentile(values, 0.95).toFixed(1)} |`);
  }
}

async function reportFairness(bench: BenchDatabase, seconds: number): Promise<void> {
  const { alone, beside } = await timeFairness(bench, seconds);
  const [before, after] = [percentile(alone, 0.95), percentile(beside, 0.95)];
  console.log("\n| the small user | p50 ms | p95 ms | requests |\n|---|---|---|---|");
  for (const [name, values] of [
    ["alone", alone],
    ["beside a hog", beside],
  ] as const) {
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(values, share).toFixed(0));
    console.log(`| ${name} | ${p50} | ${p95} | ${values.length} |`);
  }
  console.log(`\np95 beside the hog: ${(after / before).toFixed(2)} times alone`);
}
