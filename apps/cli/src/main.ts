import { MezzotintError, type ErrorCode } from "@mezzotint/contracts/errors";
import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };

/** Commands that one file registers; it is imported only when one of them is asked for. */
interface CommandGroup {
  readonly summaries: Readonly<Record<string, string>>;
  readonly register: (program: Command) => Promise<void>;
}

const GROUPS: readonly CommandGroup[] = [
  {
    summaries: { up: "start the studio: database, worker and web app" },
    register: async (program) => (await import("./commands/up/up.ts")).registerUp(program),
  },
  {
    summaries: { worker: "draw and score what waits, on this machine" },
    register: async (program) => (await import("./commands/worker/worker.ts")).registerWorker(program),
  },
  {
    summaries: { doctor: "check what the studio stands on" },
    register: async (program) => (await import("./commands/doctor/doctor.ts")).registerDoctor(program),
  },
  {
    summaries: { generate: "draw pictures from a prompt, without a database" },
    register: async (program) => (await import("./commands/generate/generate.ts")).registerGenerate(program),
  },
  {
    summaries: { evaluate: "score a folder of pictures, without a database" },
    register: async (program) => (await import("./commands/evaluate/evaluate.ts")).registerEvaluate(program),
  },
  {
    summaries: { parity: "run recorded reference cases through the engine and compare" },
    register: async (program) => (await import("./commands/parity/parity.ts")).registerParity(program),
  },
  {
    summaries: { migrate: "bring the database to this version" },
    register: async (program) => (await import("./commands/migrate/migrate.ts")).registerMigrate(program),
  },
  {
    summaries: { models: "list, fetch, verify and optimize models" },
    register: async (program) => (await import("./commands/models/models.ts")).registerModels(program),
  },
  {
    summaries: { bench: "measure how fast pictures are made on this machine" },
    register: async (program) => (await import("./commands/bench/bench.ts")).registerBench(program),
  },
  {
    summaries: { run: "start, follow and change runs" },
    register: async (program) => (await import("./commands/run/run.ts")).registerRun(program),
  },
  {
    summaries: {
      train: "train one module of a pack",
      "train-export": "combine the trained modules of a pack into a model folder",
    },
    register: async (program) => (await import("./commands/train/train.ts")).registerTrain(program),
  },
];

const USAGE_STATUS = 2;
const USAGE_CODES: ReadonlySet<ErrorCode> = new Set(["INVALID_INPUT", "NOT_FOUND"]);

async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command("mezzotint")
    .description("A studio for diffusion models.")
    .version(packageJson.version)
    .exitOverride();
  const wanted = words.find((word) => !word.startsWith("-") && word !== "help");
  for (const { summaries, register } of GROUPS) {
    if (wanted !== undefined && Object.hasOwn(summaries, wanted)) await register(program);
    else for (const [name, summary] of Object.entries(summaries)) program.command(name).description(summary);
  }
  return program;
}

/** The exit status for what was thrown: 2 for a wrong request, 1 for a failure. Says what was wrong on stderr. */
function report(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE_STATUS;
  if (thrown instanceof MezzotintError && thrown.code !== "INTERNAL") {
    console.error(`error: ${thrown.message}`);
    return USAGE_CODES.has(thrown.code) ? USAGE_STATUS : 1;
  }
  console.error(thrown);
  return 1;
}

try {
  const words = process.argv.slice(2);
  const program = await createProgram(words);
  await program.parseAsync(words.length === 0 ? ["--help"] : words, { from: "user" });
} catch (thrown) {
  process.exitCode = report(thrown);
}
