import { availableParallelism } from "node:os";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { optimizeModelFolder } from "@mezzotint/engine/optimize/optimize-model-folder";
import { z } from "zod";
import { findModelFolder } from "./model-folders.ts";

export interface OptimizeFlags {
  readonly out: string;
  readonly fp16?: boolean;
  readonly steps: string;
  readonly largest: string;
  readonly mean: string;
}

const Settings = z.object({
  "--steps": z.coerce.number().int().min(1).max(1_000),
  "--largest": z.coerce.number().min(0).max(255),
  "--mean": z.coerce.number().min(0).max(255),
});

/** Writes an optimized copy of a model and says what changed. Throws MODEL_CORRUPT when pictures move beyond the bound. */
export async function optimizeModel(model: string, flags: OptimizeFlags): Promise<void> {
  const parsed = Settings.safeParse({ "--steps": flags.steps, "--largest": flags.largest, "--mean": flags.mean });
  if (!parsed.success)
    throw new MezzotintError("INVALID_INPUT", z.prettifyError(parsed.error), { cause: parsed.error });
  const { "--steps": steps, "--largest": largestMax, "--mean": meanMax } = parsed.data;
  const target = path.resolve(flags.out);
  const { networks, comparison, sizeBytes } = await optimizeModelFolder(await findModelFolder(model), {
    target,
    halve: flags.fp16 === true,
    steps,
    largestMax,
    meanMax,
    threads: availableParallelism(),
  });
  for (const [network, { nodesBefore, nodesAfter, folded, attentions, norms, halved }] of networks) {
    const done = `${folded} folded, ${attentions} attentions and ${norms} norms fused, ${halved} weights halved`;
    console.log(`${network.padEnd(28)} ${nodesBefore} nodes -> ${nodesAfter}: ${done}`);
  }
  const { pictures, largest, mean, stepMs } = comparison;
  const bound = `the bound is ${largestMax} and ${meanMax}`;
  console.log(`${pictures} pictures move by at most ${largest} of 255, ${mean.toFixed(4)} on average; ${bound}`);
  const [before, after] = stepMs;
  const [sizeBefore, sizeAfter] = sizeBytes.map((bytes) => (bytes / 1e6).toFixed(1));
  console.log(
    `step ${before.toFixed(2)} ms -> ${after.toFixed(2)} ms (${(before / after).toFixed(2)} times), ${sizeBefore} MB -> ${sizeAfter} MB`,
  );
  console.log(target);
}
