import type { Command } from "commander";
import { examine } from "./check.ts";

const NAME_WIDTH = 16;

/** `mezzotint doctor`: looks at everything the studio stands on, one line each. */
export function registerDoctor(program: Command): void {
  program
    .command("doctor")
    .description("check what the studio stands on: Node, packages, runtime, database, models")
    .action(async () => {
      const { CHECKS } = await import("./checks.ts");
      let badCount = 0;
      for (const check of CHECKS) {
        const { name, state, text } = await examine(check);
        badCount += state === "bad" ? 1 : 0;
        console.log(`${state.padEnd(4)}  ${name.padEnd(NAME_WIDTH)}  ${text}`);
      }
      if (badCount > 0) process.exitCode = 1;
    });
}
