import { ENGINE_PARITY_KINDS } from "@mezzotint/engine/parity/kinds";
import { runParity, type ParityResult } from "@mezzotint/engine/parity/run-parity";
import { EVALUATION_PARITY_KINDS } from "@mezzotint/evaluation/parity/kinds";
import type { Command } from "commander";

interface ParityFlags {
  readonly json?: true;
  readonly pipelines?: string;
}

/** `mezzotint parity <folder>`: recorded reference cases through our own code. */
export function registerParity(program: Command): void {
  program
    .command("parity")
    .description("run recorded reference cases through our own code and compare")
    .argument("<folder>", "folder with case.json files, at any depth")
    .option("--json", "one JSON object a line instead of text")
    .option(
      "--pipelines <folder>",
      "folder that holds pipelines/ and tokenizers/; else looked for at or above <folder>",
    )
    .action(async (folder: string, flags: ParityFlags) => {
      const succeeded = await checkParity(folder, flags);
      if (!succeeded) process.exitCode = 1;
    });
}

const kinds = { ...ENGINE_PARITY_KINDS, ...EVALUATION_PARITY_KINDS };

async function checkParity(folder: string, flags: ParityFlags): Promise<boolean> {
  const counts = { passed: 0, failed: 0 };
  const options = { root: folder, given: flags.pipelines ?? null, kinds };
  for await (const result of runParity(options)) {
    counts[result.ok ? "passed" : "failed"] += 1;
    console.log(flags.json === true ? JSON.stringify(result) : describeResult(result));
  }
  const summary = `${counts.passed} passed, ${counts.failed} failed`;
  // With --json the lines on stdout are all JSON; people still see how it ended.
  if (flags.json === true) console.error(summary);
  else console.log(summary);
  return counts.passed > 0 && counts.failed === 0;
}

function describeResult({ case: name, kind, ok, differences, tolerance, error }: ParityResult): string {
  const label = kind === "" ? name : `${name} (${kind})`;
  if (error !== undefined) return `${label}: failed: ${error}`;
  const compared = Object.entries(differences).map(([key, difference]) => {
    const bound = tolerance[key] ?? 0;
    return `${key} ${difference.toExponential(2)} ${difference <= bound ? "<=" : ">"} ${bound}`;
  });
  return `${label}: ${ok ? "ok" : "differs"}: ${compared.join(", ")}`;
}
