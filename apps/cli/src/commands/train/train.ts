import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { prepareEmojiDataSet } from "@mezzotint/training/data/prepare-emoji-data-set";
import { openDataSet } from "@mezzotint/training/data/open-data-set";
import type { PackedDataSet } from "@mezzotint/training/data/packed-data-set";
import { exportEvaluationPack } from "@mezzotint/training/export/export-evaluation-pack";
import { exportPack } from "@mezzotint/training/export/export-pack";
import { findRecipe, RECIPES } from "@mezzotint/training/recipes";
import { EVALUATION_PLANS, type EvaluationPlan } from "@mezzotint/training/recipes/evaluation-plan";
import { PACK_PLANS, type PackName } from "@mezzotint/training/recipes/pack-plan";
import type { TrainingRecipe } from "@mezzotint/training/recipes/recipe";
import type { TrainBudget, TrainProgress } from "@mezzotint/training/trainer/progress";
import { Option, type Command } from "commander";

/** Weights trained here carry the licence of the repository. */
const LICENCE = path.resolve(import.meta.dirname, "../../../../../LICENSE");

interface TrainFlags {
  readonly list?: boolean;
  readonly folder: string;
  readonly data?: string;
  readonly from?: string;
  readonly steps?: number;
  readonly seconds?: number;
  readonly seed: number;
  readonly threads: number;
  readonly sampleEvery: number;
  readonly json?: boolean;
}

interface ExportFlags {
  readonly folder: string;
  readonly data?: string;
  readonly out?: string;
  readonly from?: string;
  readonly seed: number;
  readonly threads: number;
  readonly notes?: string;
}

const PACK_NAMES = [...Object.keys(PACK_PLANS), ...Object.keys(EVALUATION_PLANS)];
const DATA_HELP = "images with .txt captions, WebDataset shards or packed data; the emoji drawings when absent";
const SKIPPED_SHOWN = 20;

/** `mezzotint train`: trains one module of a pack by its recipe; run again, it continues. */
export function registerTrain(program: Command): void {
  program
    .command("train")
    .argument("[recipe]", "a recipe by name, such as mini/denoiser")
    .description("train one module of a pack; running it again continues from the last checkpoint")
    .option("--list", "name the recipes and stop")
    .option("--folder <folder>", "holds data, checkpoints and sample sheets", "training-runs")
    .option("--data <path>", DATA_HELP)
    .option("--from <folder>", "a model folder to build on; models/mini for mini-eval/clip-image when absent")
    .addOption(new Option("--steps <count>", "stop after so many steps").argParser(wholeNumber("--steps")))
    .addOption(new Option("--seconds <count>", "stop after so many seconds").argParser(wholeNumber("--seconds")))
    .addOption(new Option("--seed <number>", "decides weights and order").argParser(wholeNumber("--seed")).default(7))
    .addOption(
      new Option("--threads <count>", "threads of one operation").argParser(wholeNumber("--threads")).default(2),
    )
    .addOption(
      new Option("--sample-every <seconds>", "time between sample sheets")
        .argParser(wholeNumber("--sample-every"))
        .default(300),
    )
    .option("--json", "print progress as JSON lines")
    .action(async (name: string | undefined, flags: TrainFlags) => {
      if (flags.list === true || name === undefined) return listRecipes();
      return runRecipe(findRecipe(name), flags);
    });
  program
    .command("train-export")
    .argument("<pack>", `one of ${PACK_NAMES.join(", ")}`)
    .description("combine the trained modules of a pack into a model folder")
    .option("--from <folder>", "the model folder that mini-eval was trained against; models/mini when absent")
    .option("--folder <folder>", "where the pack was trained", "training-runs")
    .option("--data <path>", "the data it was trained on; the emoji drawings when absent")
    .option("--out <folder>", "the model folder to write; a model in it is replaced; models/<pack> when absent")
    .addOption(new Option("--seed <number>", "the seed of the training").argParser(wholeNumber("--seed")).default(7))
    .addOption(
      new Option("--threads <count>", "threads of one operation").argParser(wholeNumber("--threads")).default(2),
    )
    .option("--notes <file>", "Markdown that says what the samples show, for the model card")
    .action(async (pack: string, flags: ExportFlags) => {
      const evaluation = Object.entries(EVALUATION_PLANS).find(([name]) => name === pack)?.[1];
      if (evaluation !== undefined) return exportJudges(evaluation, flags);
      const plan = packPlan(pack);
      const folder = path.join(flags.folder, pack);
      const data = await openData(flags, plan.imageSide);
      const notes =
        flags.notes === undefined ? "Nobody has judged these samples yet." : await readFile(flags.notes, "utf8");
      const out = flags.out ?? path.join("models", pack);
      const written = await exportPack({ plan, folder, data, seed: flags.seed, notes, out });
      await cp(LICENCE, path.join(out, "LICENSE"));
      console.log(`${out}: ${(written.sizeBytes / 1e6).toFixed(1)} MB, hash ${written.hash}`);
    });
}

/** Writes an evaluation pack and says how well it reads what it never saw. */
async function exportJudges(plan: EvaluationPlan, flags: ExportFlags): Promise<void> {
  const out = flags.out ?? path.join("models", plan.name);
  const data = await openData(flags, plan.tower.side);
  const { seed, threads } = flags;
  const from = flags.from === undefined ? {} : { from: flags.from };
  const folder = path.join(flags.folder, plan.name);
  const { clip, segmenter } = await exportEvaluationPack({ plan, folder, data, ...from, seed, threads, out });
  await cp(LICENCE, path.join(out, "LICENSE"));
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(`${out}: of ${clip.drawings} held-out drawings`);
  console.log(`  names among ${clip.concepts}: ${percent(clip.nameTop1)} first, ${percent(clip.nameTop5)} in five`);
  console.log(`  pixels ${percent(segmenter.score.accuracy)}, mean IU ${percent(segmenter.score.meanIu)}`);
}

function listRecipes(): void {
  for (const { name, summary, seconds } of RECIPES) {
    console.log(`${name.padEnd(20)} ${summary} (default ${seconds} s)`);
  }
}

async function runRecipe(recipe: TrainingRecipe, flags: TrainFlags): Promise<void> {
  const interrupt = new AbortController();
  const stop = (): void => {
    console.error("stopping after this step; a checkpoint will be written");
    interrupt.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const data = await openData(flags, recipe.imageSide);
  const result = await recipe.run({
    folder: path.join(flags.folder, recipe.pack),
    data,
    ...(flags.from === undefined ? {} : { from: flags.from }),
    seed: flags.seed,
    threads: flags.threads,
    budget: budgetOf(recipe, flags),
    sampleEverySeconds: flags.sampleEvery,
    progressEverySeconds: 10,
    signal: interrupt.signal,
    clock: () => performance.now(),
    onProgress: (progress) => console.log(flags.json === true ? JSON.stringify(progress) : progressLine(progress)),
    onNotice: (notice) => console.error(notice),
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.removeListener(signal, stop);
  const summary = {
    reason: result.reason,
    step: result.step,
    elapsedSeconds: result.elapsedSeconds,
    checkpoint: result.checkpointPath,
  };
  console.log(
    flags.json === true ? JSON.stringify(summary) : `${result.reason} at step ${result.step}: ${result.checkpointPath}`,
  );
}

function budgetOf(recipe: TrainingRecipe, { steps, seconds }: TrainFlags): TrainBudget {
  if (steps === undefined && seconds === undefined) return { seconds: recipe.seconds };
  return { ...(steps === undefined ? {} : { steps }), ...(seconds === undefined ? {} : { seconds }) };
}

async function openData(
  { folder, data: source }: { readonly folder: string; readonly data?: string },
  side: number,
): Promise<PackedDataSet> {
  if (source === undefined) return prepareEmojiDataSet(path.join(folder, `emoji-${side}`), { size: side });
  const data = await openDataSet(source, { folder, size: side });
  const { skipped } = data.manifest;
  if (skipped.length > 0) console.error(`${skipped.length} of ${skipped.length + data.count} pictures were skipped:`);
  for (const { id, reason } of skipped.slice(0, SKIPPED_SHOWN)) console.error(`  ${id}: ${reason}`);
  if (skipped.length > SKIPPED_SHOWN) console.error(`  and ${skipped.length - SKIPPED_SHOWN} more`);
  return data;
}

function packPlan(name: string) {
  if (Object.hasOwn(PACK_PLANS, name)) return PACK_PLANS[name as PackName];
  throw new MezzotintError("NOT_FOUND", `no pack ${name}; there are ${PACK_NAMES.join(", ")}`);
}

function progressLine({
  step,
  smoothedLoss,
  metrics,
  samplesPerSecond,
  elapsedSeconds,
  remainingSeconds,
}: TrainProgress): string {
  const others = Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  const rate = `${samplesPerSecond.toFixed(1)} pictures/s`;
  const time = `${Math.round(elapsedSeconds)} s, ${Math.round(remainingSeconds)} s to go`;
  return [`step ${step}`, `loss ${smoothedLoss.toFixed(4)}`, ...others, rate, time].join("  ");
}

function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new MezzotintError("INVALID_INPUT", `${flag}: expected a whole number of 0 or more, got ${text}`);
  };
}
