import type { Command } from "commander";
import type { BenchCompanyFlags } from "./run-bench-company.ts";
import type { BenchCompareFlags } from "./compare/run-bench-compare.ts";
import type { BenchEngineFlags } from "./run-bench-engine.ts";
import type { BenchClaimFlags } from "./serving/run-bench-claim.ts";
import type { BenchServingFlags } from "./serving/run-bench-serving.ts";
import type { BenchEvaluationFlags } from "./run-bench-evaluation.ts";
import type { BenchIntervalsFlags } from "./run-bench-intervals.ts";

/** `mezzotint bench`: how fast things are on this machine. */
export function registerBench(program: Command): void {
  const bench = program.command("bench").description("measure how fast pictures are made on this machine");
  bench
    .command("engine")
    .description("time a model's parts, its memory and its arithmetic beside the machine's own peak")
    .option("--model <model>", "a name, or a folder with a slash in it")
    .option("--synthetic <shape>", "sd15: a pipeline of the size of Stable Diffusion 1.5 with arbitrary weights, 4 GB")
    .option("--size <pixels>", "side of the pictures of a synthetic pipeline", "512")
    .option("--steps <number>", "steps of a generation; the model's own when absent")
    .option("--runs <number>", "measured rounds, of which medians are printed", "5")
    .option("--threads <number>", "threads of one operation; all cores when absent")
    .option("--provider <name>", "where the networks run", "cpu")
    .option("--json", "print JSON")
    .action(async (flags: BenchEngineFlags) => {
      const { runBenchEngine } = await import("./run-bench-engine.ts");
      await runBenchEngine(flags);
    });
  registerCompanyBench(bench);
  bench
    .command("intervals")
    .description("simulate scores with a known truth and count how often their intervals hold it; about a minute")
    .option("--repetitions <number>", "sets of pictures drawn for each metric", "200")
    .option("--json", "print JSON")
    .action(async (flags: BenchIntervalsFlags) => {
      const { runBenchIntervals } = await import("./run-bench-intervals.ts");
      runBenchIntervals(flags);
    });
  bench
    .command("evaluation")
    .description("pictures a second through an extractor, what is lost outside of it, seconds a distance")
    .option("--extractor <folder>", "Inception or CLIP in ONNX; Inception with arbitrary weights when absent")
    .option("--pictures <number>", "how many pictures are read, up to 64 different ones", "64")
    .option("--side <pixels>", "their sides", "512")
    .option("--no-distances", "only the extractor, for instance for the memory of 10,000 pictures")
    .option("--json", "print JSON")
    .option("--threads <number>", "threads inside one operation; all cores when absent")
    .action(async (flags: BenchEvaluationFlags) => {
      const { runBenchEvaluation } = await import("./run-bench-evaluation.ts");
      await runBenchEvaluation(flags);
    });
  registerMemoryBenches(bench);
}

function registerCompanyBench(bench: Command): void {
  bench
    .command("company")
    .description("draw pictures alone, two, four and mixed at once, and compare every number")
    .requiredOption("--model <model>", "a name, or a folder with a slash in it")
    .option("--steps <number>", "steps of a generation; the model's own when absent")
    .option("--threads <number>", "threads of one operation; all cores when absent")
    .option("--json", "print JSON")
    .action(async (flags: BenchCompanyFlags) => {
      const { runBenchCompany } = await import("./run-bench-company.ts");
      await runBenchCompany(flags);
    });
}

function registerMemoryBenches(bench: Command): void {
  bench
    .command("memory")
    .description("load a model twice and measure the memory that the second copy adds")
    .requiredOption("--model <model>", "a name, or a folder with a slash in it")
    .action(async (flags: { readonly model: string }) => {
      const { runBenchMemory } = await import("./run-bench-memory.ts");
      await runBenchMemory(flags.model);
    });
  bench
    .command("failures")
    .description("make requests and open model folders that must fail, and watch the memory")
    .option("--requests <number>", "how many in all", "1000")
    .action(async (flags: { readonly requests: string }) => {
      const { runBenchFailures } = await import("./run-bench-failures.ts");
      await runBenchFailures(flags);
    });
  registerQueueBenches(bench);
}

function registerQueueBenches(bench: Command): void {
  bench
    .command("compare")
    .description("what the compare page asks, on a database of its own with many finished runs")
    .option("--runs <number>", "finished runs, at most 50", "50")
    .option("--prompts <number>", "prompts of their set, with one picture each", "1000")
    .option("--repetitions <number>", "how often each call is timed", "30")
    .option("--json", "print JSON")
    .action(async (flags: BenchCompareFlags) => {
      const { runBenchCompare } = await import("./compare/run-bench-compare.ts");
      await runBenchCompare(flags);
    });
  bench
    .command("serving")
    .description(
      "rates of the queue with a no-op engine, the ledger's part of a generation, fairness, pictures under load",
    )
    .option("--seconds <number>", "how long each figure is measured", "10")
    .option("--short", "two seconds each: does it run?")
    .option("--parts <names>", "which of it, separated by commas", "rates,ledger,fairness,arrivals")
    .action(async (flags: BenchServingFlags) => {
      const { runBenchServing } = await import("./serving/run-bench-serving.ts");
      await runBenchServing(flags);
    });
  bench
    .command("claim")
    .description("the real claim over a long queue, for many workers")
    .option("--jobs <number>", "queued jobs", "1000000")
    .option("--people <number>", "people who wait, each with a team", "1000")
    .option("--workers <number>", "workers that take turns", "1000")
    .option("--connections <number>", "how many of them claim at the same moment", "8")
    .option("--seconds <number>", "how long claims are measured in all", "60")
    .action(async (flags: BenchClaimFlags) => {
      const { runBenchClaim } = await import("./serving/run-bench-claim.ts");
      await runBenchClaim(flags);
    });
}
