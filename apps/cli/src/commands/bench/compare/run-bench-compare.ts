import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { createTeam } from "@mezzotint/db/testing/create-team";
import type { ServiceContext } from "@mezzotint/services/context";
import { compareRuns } from "@mezzotint/services/run/compare";
import { comparePrompts } from "@mezzotint/services/run/compare-prompts";
import { listRunNames } from "@mezzotint/services/run/names";
import { listRunPictures } from "@mezzotint/services/run/pictures";
import { listRuns } from "@mezzotint/services/run/list";
import { nextPair } from "@mezzotint/services/vote/next-pair";
import { readVoteTable } from "@mezzotint/services/vote/table";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { openBenchDatabase, type BenchDatabase } from "../serving/bench-database.ts";
import { percentile } from "../serving/percentile.ts";
import { fillRuns } from "./fill-runs.ts";

export interface BenchCompareFlags {
  readonly runs: string;
  readonly prompts: string;
  readonly repetitions: string;
  readonly json?: boolean;
}

interface Timed {
  readonly call: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly cpuMs: number;
  readonly answerKb: number;
}

/** What the compare page asks, timed through the services on a database with as many rows as such runs leave. */
export async function runBenchCompare(flags: BenchCompareFlags): Promise<void> {
  const [runs, prompts] = [parseCount("--runs", flags.runs), parseCount("--prompts", flags.prompts)];
  const repetitions = parseCount("--repetitions", flags.repetitions);
  const bench = await openBenchDatabase();
  try {
    const person = await createTeam(bench.db.prisma);
    const runIds = await fillRuns(bench, { runs, prompts, ...person });
    const ctx: ServiceContext = {
      db: bench.db,
      storage: createFileStorage(path.join(bench.folder, "files")),
      actor: { kind: "user", ...person },
      now: () => new Date(),
    };
    const rows = await countRows(bench);
    const timed: Timed[] = [];
    for (const [call, ask] of callsOf(ctx, runIds)) timed.push(await time(call, ask, repetitions));
    if (flags.json === true) console.log(JSON.stringify({ runs, prompts, rows, repetitions, timed }, null, 2));
    else print({ runs, prompts, rows, timed });
  } finally {
    await bench.close();
  }
}

function parseCount(flag: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 2) return count;
  throw new MezzotintError("INVALID_INPUT", `${flag}: expected a whole number from 2 on, got ${text}`);
}

type Call = readonly [name: string, ask: () => Promise<unknown>];

function callsOf(ctx: ServiceContext, runIds: readonly string[]): readonly Call[] {
  const [baselineId = "", runId = ""] = runIds;
  return [
    [`compare, ${runIds.length} runs`, () => compareRuns({ ctx, input: { runIds: [...runIds] } })],
    ["names of runs to choose", () => listRunNames({ ctx })],
    [
      "what got worse, two runs",
      () => comparePrompts({ ctx, input: { runId, baselineId, metric: "clip-score", limit: 12 } }),
    ],
    [`pictures, 24 prompts of ${runIds.length} runs`, () => listRunPictures({ ctx, input: { runIds: [...runIds] } })],
    ["table of blind votes", () => readVoteTable({ ctx, input: { runIds: [...runIds] } })],
    ["next pair to judge", () => nextPair({ ctx, input: { runIds: [...runIds] } })],
    ["list of runs, not on this page", () => listRuns({ ctx, input: { limit: 100 } })],
  ];
}

async function time(call: string, ask: () => Promise<unknown>, repetitions: number): Promise<Timed> {
  const answer = JSON.stringify(await ask());
  const elapsed: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < repetitions; i++) {
    const startedMs = performance.now();
    JSON.stringify(await ask());
    elapsed.push(performance.now() - startedMs);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    call,
    medianMs: percentile(elapsed, 0.5),
    p95Ms: percentile(elapsed, 0.95),
    cpuMs: (user + system) / 1_000 / repetitions,
    answerKb: answer.length / 1_000,
  };
}

async function countRows({ db }: BenchDatabase): Promise<Readonly<Record<string, number>>> {
  const { prisma } = db;
  const [run, image, score, imageScore] = await Promise.all([
    prisma.run.count(),
    prisma.image.count(),
    prisma.score.count(),
    prisma.imageScore.count(),
  ]);
  return { run, image, score, imageScore };
}

interface Table {
  readonly runs: number;
  readonly prompts: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly timed: readonly Timed[];
}

function print({ runs, prompts, rows, timed }: Table): void {
  const counted = Object.entries(rows).map(([table, count]) => `${count} ${table}`);
  console.log(`${runs} runs of ${prompts} prompts; rows: ${counted.join(", ")}\n`);
  console.log("| call, answer written as JSON | median ms | p95 ms | CPU ms of this process | answer KB |");
  console.log("|---|--:|--:|--:|--:|");
  for (const { call, medianMs, p95Ms, cpuMs, answerKb } of timed) {
    const figures = [medianMs, p95Ms, cpuMs, answerKb].map((value) => value.toFixed(0));
    console.log(`| ${call} | ${figures.join(" | ")} |`);
  }
}
