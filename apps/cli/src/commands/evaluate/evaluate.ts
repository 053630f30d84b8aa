import { MezzotintError } from "@mezzotint/contracts/errors";
import { type Command, Option } from "commander";
import { ledgerOptions } from "../run/ledger-options.ts";
import type { EvaluateFoldersFlags } from "./run-evaluate-folders.ts";
import type { EvaluateRunFlags } from "./run-evaluate-run.ts";

/** `mezzotint evaluate`: scores of pictures. */
export function registerEvaluate(program: Command): void {
  ledgerOptions(program.command("evaluate"))
    .description("score a folder of pictures without a database, or wait for a run and gate on its scores")
    .option("--images <folder>", "the pictures to score")
    .option("--run <id>", "a run of a running studio instead")
    .option("--baseline <id>", "the run to hold it against")
    .option("--reference <place>", "a folder of pictures, or a file of statistics (ours, or .npz with mu and sigma)")
    .option("--metrics <names>", "metrics separated by commas; the usual ones when absent")
    .addOption(
      new Option("--protocol <name>", "how pictures are brought to Inception")
        .choices(["pytorch-fid", "torch-fidelity", "clean-fid"])
        .default("pytorch-fid"),
    )
    .option("--extractor <folder>", "Inception (model.onnx), CLIP or a classifier in ONNX; what is here when absent")
    .option("--features <output>", "another output of Inception, for instance features_192")
    .option("--clip <folder>", "CLIP for cmmd and clip-score beside an Inception extractor")
    .option("--segmenter <folder>", "a segmenter in ONNX for FCN scores and prompt classes; the pack's when absent")
    .option("--labels <folder>", "label maps of the pictures' names, grey PNG whose value is the class, for FCN scores")
    .option("--head <file>", "an ONNX head on the features for the aesthetic score")
    .option("--prompts <file>", "one line a picture, or .jsonl; read from the pictures' recipes when absent")
    .option("--convention <metric=name>", "another convention, for instance clip-score=hessel", collect, [])
    .option("--save-statistics <file>", "write the pictures' statistics, to be a reference for others")
    .option("--fail-on <bound>", 'status 1 when it holds, for instance "fid>12"; may be given again', collect, [])
    .option("--threads <count>", "threads inside one operation; all cores when absent")
    .option("--json", "print everything as JSON, protocols included")
    .action(async (flags: EvaluateFoldersFlags | EvaluateRunFlags, command: Command) => {
      if (!(await evaluate(flags, command))) process.exitCode = 1;
    });
}

const RUN_ONLY_FLAGS = ["run", "baseline", "as", "data"];
const RUN_FLAGS = [...RUN_ONLY_FLAGS, "metrics", "failOn", "json"];

async function evaluate(flags: EvaluateFoldersFlags | EvaluateRunFlags, command: Command): Promise<boolean> {
  const [run, images] = ["run" in flags && flags.run !== undefined, "images" in flags && flags.images !== undefined];
  if (run === images) throw new MezzotintError("INVALID_INPUT", "evaluate: give either --images or --run");
  if ("run" in flags) {
    refuseFlags(command, "--run", (name) => !RUN_FLAGS.includes(name));
    return (await import("./run-evaluate-run.ts")).runEvaluateRun(flags);
  }
  refuseFlags(command, "--images", (name) => RUN_ONLY_FLAGS.includes(name));
  return (await import("./run-evaluate-folders.ts")).runEvaluateFolders(flags);
}

/** A flag that would do nothing is refused: who gave it meant something. */
function refuseFlags(command: Command, form: string, isForeign: (name: string) => boolean): void {
  const foreign = command.options.find((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === "cli" && isForeign(name);
  });
  if (foreign === undefined) return;
  throw new MezzotintError("INVALID_INPUT", `evaluate: ${foreign.long} does not go with ${form}`);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
