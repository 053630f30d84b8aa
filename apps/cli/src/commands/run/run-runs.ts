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
import { removeRun } from "@mezzotint/services/run/remove";
import { renameRun } from "@mezzotint/services/run/rename";
import { restoreRun } from "@mezzotint/services/run/restore";
import { resumeRun } from "@mezzotint/services/run/resume";
import type { LedgerFlags } from "./ledger-options.ts";
import { runLine, scoreLines } from "./run-lines.ts";
import { withLedger } from "./with-ledger.ts";

export interface RunFlags extends LedgerFlags {
  readonly json?: boolean;
}

export interface CreateRunFlags extends LedgerFlags {
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

/** Prints the id of a new run. */
export function runCreate(flags: CreateRunFlags): Promise<void> {
  return withLedger(flags, async (ctx) => console.log((await create(ctx, flags)).id));
}

export function runList(flags: RunFlags): Promise<void> {
  return withLedger(flags, async (ctx) => {
    const { runs } = await listRuns({ ctx, input: {} });
    if (flags.json === true) console.log(JSON.stringify(runs, null, 2));
    else for (const one of runs) console.log(runLine(one));
  });
}

export function runShow(runId: string, flags: RunFlags): Promise<void> {
  return withLedger(flags, (ctx) => show(ctx, runId, flags));
}

const VERBS = { cancel: cancelRun, resume: resumeRun, restore: restoreRun } as const;

export function runChange(verb: keyof typeof VERBS, runId: string, flags: LedgerFlags): Promise<void> {
  return withLedger(flags, async (ctx) => console.log(runLine(await VERBS[verb]({ ctx, input: { runId } }))));
}

export function runExtend(runId: string, flags: LedgerFlags & { readonly seeds: string }): Promise<void> {
  return withLedger(flags, async (ctx) => {
    console.log(runLine(await extendRun({ ctx, input: { runId, seedCount: Number(flags.seeds) } })));
  });
}

export function runRename(runId: string, name: string, flags: LedgerFlags): Promise<void> {
  return withLedger(flags, async (ctx) => console.log(runLine(await renameRun({ ctx, input: { runId, name } }))));
}

export function runRemove(runId: string, flags: LedgerFlags): Promise<void> {
  return withLedger(flags, async (ctx) => {
    await removeRun({ ctx, input: { runId } });
    console.log(`${runId} was removed; "mezzotint run restore ${runId}" brings it back.`);
  });
}

async function create(ctx: ServiceContext, flags: CreateRunFlags): Promise<{ readonly id: string }> {
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

async function show(ctx: ServiceContext, runId: string, { json }: RunFlags): Promise<void> {
  const run = await getRun({ ctx, input: { runId } });
  const comparison = await compareRuns({ ctx, input: { runIds: [runId] } });
  if (json === true) return console.log(JSON.stringify({ run, scores: comparison.scores[runId] ?? {} }, null, 2));
  console.log(runLine(run));
  if (run.error !== null) console.log(run.error.message);
  for (const line of scoreLines(comparison, runId)) console.log(line);
}
