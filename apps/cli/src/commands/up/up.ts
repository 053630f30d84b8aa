import path from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { REPOSITORY_ROOT } from "./paths.ts";
import { runUp } from "./run-up.ts";

interface UpFlags {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly build: boolean;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new InvalidArgumentError(`expected a whole number from 1 to 65535, got "${text}"`);
  }
  return port;
}

/** `mezzotint up`: the whole studio with one command. */
export function registerUp(program: Command): void {
  program
    .command("up")
    .description("start the studio: database, worker and web app; Ctrl-C stops everything")
    .addOption(
      new Option("--port <port>", "where the web app listens; the next free one when taken")
        .argParser(parsePort)
        .default(3000),
    )
    .option("--host <address>", "which address the web app listens on; 0.0.0.0 for all", "127.0.0.1")
    .option("--data <folder>", "database, pictures, secrets and logs", path.join(REPOSITORY_ROOT, ".mezzotint"))
    .option("--no-build", "start the web app as it was built last")
    .action(async ({ port, host, data, build }: UpFlags) => {
      process.exitCode = await runUp({ port, host, dataFolder: path.resolve(data), build });
    });
}
