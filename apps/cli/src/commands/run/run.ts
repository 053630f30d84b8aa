import type { Command } from "commander";
import { ledgerOptions, type LedgerFlags } from "./ledger-options.ts";
import type { CreateRunFlags, RunFlags } from "./run-runs.ts";

const JSON_FLAG = ["--json", "print JSON"] as const;

/** `mezzotint run`: runs of a studio; its workers draw them. */
export function registerRun(program: Command): void {
  const run = program.command("run").description("start, follow and change runs of a running studio");
  registerCreate(run);
  ledgerOptions(run.command("list"))
    .description("the newest runs")
    .option(...JSON_FLAG)
    .action(async (flags: RunFlags) => (await import("./run-runs.ts")).runList(flags));
  ledgerOptions(run.command("show <run>"))
    .description("how far a run is, and its scores")
    .option(...JSON_FLAG)
    .action(async (runId: string, flags: RunFlags) => (await import("./run-runs.ts")).runShow(runId, flags));
  const change = (verb: "cancel" | "resume" | "restore", text: string): void => {
    ledgerOptions(run.command(`${verb} <run>`))
      .description(text)
      .action(async (runId: string, flags: LedgerFlags) => {
        await (await import("./run-runs.ts")).runChange(verb, runId, flags);
      });
  };
  change("cancel", "end a run; what is drawn stays");
  change("resume", "ask for what a run lacks, or score it again");
  change("restore", "bring a removed run back");
  ledgerOptions(run.command("remove <run>"))
    .description("take a run that rests out of lists and comparisons")
    .action(async (runId: string, flags: LedgerFlags) => (await import("./run-runs.ts")).runRemove(runId, flags));
  ledgerOptions(run.command("rename <run> <name>"))
    .description("give a run another name")
    .action(async (runId: string, name: string, flags: LedgerFlags) => {
      await (await import("./run-runs.ts")).runRename(runId, name, flags);
    });
  ledgerOptions(run.command("extend <run>"))
    .description("give a run more seeds")
    .requiredOption("--seeds <number>", "seeds a prompt in all")
    .action(async (runId: string, flags: LedgerFlags & { readonly seeds: string }) => {
      await (await import("./run-runs.ts")).runExtend(runId, flags);
    });
}

function registerCreate(run: Command): void {
  ledgerOptions(run.command("create"))
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
    .action(async (flags: CreateRunFlags) => (await import("./run-runs.ts")).runCreate(flags));
}
