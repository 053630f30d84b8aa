import path from "node:path";
import type { Command } from "commander";
import { REPOSITORY_ROOT } from "../up/paths.ts";

export interface LedgerFlags {
  /** In whose name, by email; the first administrator's when absent. */
  readonly as?: string;
  /** The studio's data folder. */
  readonly data?: string;
}

export const OWN_DATA_FOLDER = path.join(REPOSITORY_ROOT, ".mezzotint");

/** Adds the flags of commands that work on a running studio. */
export function ledgerOptions(command: Command): Command {
  return command
    .option("--as <email>", "in whose name; the first administrator's when absent")
    .option("--data <folder>", "the data folder of the running studio, unless DATABASE_URL is set", OWN_DATA_FOLDER);
}
