import { setTimeout as sleep } from "node:timers/promises";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { listModels } from "@mezzotint/services/model/list";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import type { BenchDatabase } from "./bench-database.ts";
import { startBenchWorker } from "./bench-worker.ts";
import { openStudio, type Studio } from "./studio.ts";

/** How many generations a worker draws at once: continuous batching, and one at a time in the order of the line. */
export const MODES = { "continuous batching, 4 at once": 4, "one at a time": 1 } as const;
export type Mode = keyof typeof MODES;
/** Arrivals, as a share of what one at a time can draw. */
export const LOADS = [0.5, 0.8, 0.95];

export interface Arrivals {
  /** Pictures a second when eight people always want one. */
  readonly capacity: Record<Mode, number>;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly mode: Mode;
  readonly load: number;
  /** From arrival to the moment the web process hears of the picture, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** From the first arrival to the last picture. */
  readonly seconds: number;
}

const MODEL = "mini";
const ALWAYS_WANTED = 8;
const ROUNDS = 2;

/**
 * People arrive at random at a steady rate and ask the real stack for a picture of mini. Both modes meet the same
 * arrivals, one right after the other, and which of them is first changes from round to round.
 */
export async function timeArrivals(bench: BenchDatabase, seconds: number): Promise<Arrivals> {
  const studio = await openStudio(bench);
  try {
    const stack = { bench, studio };
    const measure = (mode: Mode) => withWorker(stack, mode, (model) => saturate(studio, model, seconds));
    const single = await measure("one at a time");
    const capacity = {
      "one at a time": single,
      "continuous batching, 4 at once": await measure("continuous batching, 4 at once"),
    };
    const segments: Segment[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const modes: Mode[] = ["continuous batching, 4 at once", "one at a time"];
      if (round % 2 === 1) modes.reverse();
      const schedules = LOADS.map((load) => schedule(load * single, seconds));
      for (const mode of modes) {
        await withWorker(stack, mode, async (model) => {
          for (const [index, load] of LOADS.entries()) {
            segments.push({ mode, load, ...(await arrive(studio, model, schedules[index] ?? [])) });
          }
        });
      }
    }
    return { capacity, segments };
  } finally {
    await studio.close();
  }
}

interface Stack {
  readonly bench: BenchDatabase;
  readonly studio: Studio;
}

async function withWorker<Result>(
  { bench, studio }: Stack,
  mode: Mode,
  work: (model: ModelInfo) => Promise<Result>,
): Promise<Result> {
  const worker = await startBenchWorker(bench, { capacity: MODES[mode] });
  try {
    const storage = createFileStorage(bench.folder);
    const ctx = { db: bench.db, storage, actor: { kind: "anonymous" } as const, now: () => new Date() };
    const model = (await listModels({ ctx })).find(({ name, available }) => name === MODEL && available);
    if (model === undefined) throw new Error(`The worker does not serve ${MODEL}.`);
    // The model is loaded and every shape of a batch was seen before anything is timed.
    await Promise.all(Array.from({ length: ALWAYS_WANTED }, () => studio.ask(model)));
    return await work(model);
  } finally {
    await worker.stop();
  }
}

async function saturate(studio: Studio, model: ModelInfo, seconds: number): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  async function want(): Promise<void> {
    while (performance.now() < startedMs + seconds * 1_000) {
      await studio.ask(model);
      done++;
    }
  }
  await Promise.all(Array.from({ length: ALWAYS_WANTED }, want));
  return done / ((performance.now() - startedMs) / 1_000);
}

/** Milliseconds from the start at which somebody asks: independent of each other, `perSecond` on average. */
function schedule(perSecond: number, seconds: number): number[] {
  const atMs: number[] = [];
  for (let ms = gap(perSecond); ms < seconds * 1_000; ms += gap(perSecond)) atMs.push(ms);
  return atMs;
}

function gap(perSecond: number): number {
  return (-Math.log(1 - Math.random()) / perSecond) * 1_000;
}

async function arrive(
  studio: Studio,
  model: ModelInfo,
  atMs: readonly number[],
): Promise<{ latenciesMs: number[]; seconds: number }> {
  const startedMs = performance.now();
  const latenciesMs = await Promise.all(
    atMs.map(async (ms) => {
      await sleep(ms);
      // Counted from when somebody wanted to ask, so that a late timer is not a gift.
      await studio.ask(model);
      return performance.now() - startedMs - ms;
    }),
  );
  return { latenciesMs, seconds: (performance.now() - startedMs) / 1_000 };
}
