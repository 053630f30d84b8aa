import { MezzotintError } from "@mezzotint/contracts/errors";
import { RunRequest } from "@mezzotint/contracts/run";
import type { ServiceContext } from "@mezzotint/services/context";
import { listModels } from "@mezzotint/services/model/list";
import { listPromptSets } from "@mezzotint/services/prompt-set/list";
import { cancelRun } from "@mezzotint/services/run/cancel";
import { compareRuns } from "@mezzotint/services/run/compare";
import { createRun } from "@mezzotint/services/run/create";
import { extendRun } from "@mezzotint/services/run/extend";
import { getRun } from "@mezzotint/services/run/get";
import { listRuns } from "@mezzotint/services/run/list";
import { resumeRun } from "@mezzotint/services/run/resume";
import type { Command } from "commander";
import { runLine, scoreLines } from "./run-lines.ts";
import { withLedger } from "./with-ledger.ts";

interface Flags {
  readonly as?: string;
  readonly json?: boolean;
}

interface CreateFlags extends Flags {
  readonly name: string;
  readonly promptSet: string;
  readonly model?: string;
  readonly steps?: string;
  readonly guidance?: string;
  readonly sampler?: string;
  readonly negative: string;
  readonly seed: string;
  readonly seeds: string;
  readonly metrics?: string;
}

const AS = ["--as <email>", "in whose name; the first administrator's when absent"] as const;
const JSON_FLAG = ["--json", "print JSON"] as const;

/** `mezzotint run`: runs on the database of DATABASE_URL; its workers draw them. */
export function registerRun(program: Command): void {
  const run = program.command("run").description("start, follow and change runs on the database of DATABASE_URL");
  registerCreate(run);
  run
    .command("list")
    .description("the newest runs")
    .option(...AS)
    .option(...JSON_FLAG)
    .action((flags: Flags) =>
      withLedger(flags.as, async (ctx) => {
        const { runs } = await listRuns({ ctx, input: {} });
        if (flags.json === true) console.log(JSON.stringify(runs, null, 2));
        else for (const one of runs) console.log(runLine(one));
      }),
    );
  run
    .command("show <run>")
    .description("how far a run is, and its scores")
    .option(...AS)
    .option(...JSON_FLAG)
    .action((runId: string, flags: Flags) => withLedger(flags.as, (ctx) => show(ctx, runId, flags)));
  const change = (name: string, text: string, verb: typeof cancelRun): void => {
    run
      .command(`${name} <run>`)
      .description(text)
      .option(...AS)
      .action((runId: string, flags: Flags) =>
        withLedger(flags.as, async (ctx) => console.log(runLine(await verb({ ctx, input: { runId } })))),
      );
  };
  change("cancel", "end a run; what is drawn stays", cancelRun);
  change("resume", "ask for what a run lacks, or score it again", resumeRun);
  run
    .command("extend <run>")
    .description("give a run more seeds")
    .requiredOption("--seeds <number>", "seeds a prompt in all")
    .option(...AS)
    .action((runId: string, flags: Flags & { readonly seeds: string }) =>
      withLedger(flags.as, async (ctx) =>
        console.log(runLine(await extendRun({ ctx, input: { runId, seedCount: Number(flags.seeds) } }))),
      ),
    );
}

function registerCreate(run: Command): void {
  run
    .command("create")
    .description("start a run, and print its id")
    .requiredOption("--name <name>", "what to call it")
    .requiredOption("--prompt-set <set>", "id, or name, of which the latest version counts")
    .option("--model <name>", "the only model when absent")
    .option("--steps <number>", "the model's own when absent")
    .option("--guidance <number>", "the model's own when absent")
    .option("--sampler <name>", "the model's own when absent")
    .option("--negative <words>", "what should not be there", "")
    .option("--seed <number>", "the first seed", "0")
    .option("--seeds <number>", "seeds a prompt", "1")
    .option("--metrics <names>", "metrics separated by commas; the usual ones when absent")
    .option(...AS)
    .action((flags: CreateFlags) => withLedger(flags.as, async (ctx) => console.log((await create(ctx, flags)).id)));
}

async function create(ctx: ServiceContext, flags: CreateFlags): Promise<{ readonly id: string }> {
  const models = await listModels({ ctx });
  const model =
    flags.model === undefined && models.length === 1 ? models[0] : models.find(({ name }) => name === flags.model);
  if (model === undefined) {
    const names = models.map(({ name }) => name).join(", ");
    throw new MezzotintError("INVALID_INPUT", `--model: choose one of the ${models.length} models: ${names}`);
  }
  const sets = await listPromptSets({ ctx });
  const named = sets.filter(({ name }) => name === flags.promptSet).toSorted((a, b) => b.version - a.version);
  const promptSet = sets.find(({ id }) => id === flags.promptSet) ?? named[0];
  if (promptSet === undefined) {
    const names = sets.map(({ name }) => name).join(", ");
    throw new MezzotintError("NOT_FOUND", `--prompt-set: ${flags.promptSet} is not one of ${names}`);
  }
  const { steps, guidanceScale, scheduler, width, height } = model.defaults;
  const asked = {
    name: flags.name,
    promptSetId: promptSet.id,
    model: model.name,
    negativePrompt: flags.negative,
    steps: flags.steps === undefined ? steps : Number(flags.steps),
    guidanceScale: flags.guidance === undefined ? guidanceScale : Number(flags.guidance),
    scheduler: flags.sampler ?? scheduler,
    width,
    height,
    seedFirst: flags.seed,
    seedCount: Number(flags.seeds),
    ...(flags.metrics === undefined ? {} : { metrics: flags.metrics.split(",") }),
  };
  const parsed = RunRequest.safeParse(asked);
  if (parsed.success) return createRun({ ctx, input: parsed.data });
  const reasons = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new MezzotintError("INVALID_INPUT", reasons.join(" "));
}

async function show(ctx: ServiceContext, runId: string, { json }: Flags): Promise<void> {
  const run = await getRun({ ctx, input: { runId } });
  const comparison = await compareRuns({ ctx, input: { runIds: [runId] } });
  if (json === true) return console.log(JSON.stringify({ run, scores: comparison.scores[runId] ?? {} }, null, 2));
  console.log(runLine(run));
  if (run.error !== null) console.log(run.error.message);
  for (const line of scoreLines(comparison, runId)) console.log(line);
}
