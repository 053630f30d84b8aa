import { availableParallelism } from "node:os";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { benchEngine } from "@mezzotint/engine/bench/bench-engine";
import { describeModel } from "@mezzotint/engine/describe-model";
import { PROVIDERS } from "@mezzotint/onnx/session";
import { z } from "zod";
import { parseRequest } from "../generate/parse-request.ts";
import { findModelFolder } from "../models/model-folders.ts";
import { engineBenchTable } from "./engine-bench-table.ts";

const PROMPT = "a lighthouse on a cliff at dusk";

export interface BenchEngineFlags {
  readonly model: string;
  readonly steps?: string;
  readonly runs: string;
  readonly threads?: string;
  readonly provider: string;
  readonly json?: boolean;
}

const Settings = z.object({
  "--runs": z.coerce.number().int().min(1).max(1_000),
  "--threads": z.coerce.number().int().min(1),
  "--provider": z.enum(PROVIDERS),
});

/** Measures a model and prints what was found. Throws INVALID_INPUT for settings that make no sense. */
export async function runBenchEngine(flags: BenchEngineFlags): Promise<void> {
  const { runs, threads, provider } = parseSettings(flags);
  const folder = await findModelFolder(flags.model);
  const info = await describeModel(folder);
  const steps = flags.steps === undefined ? {} : { steps: flags.steps };
  const request = { model: info.name, negative: "", seed: "0", count: "1", out: "", provider, ...steps };
  const { recipe } = parseRequest(PROMPT, request, info);
  const bench = await benchEngine({ folder, recipe, runs, provider, threads });
  if (flags.json === true) console.log(JSON.stringify(bench, null, 2));
  else for (const line of engineBenchTable(bench)) console.log(line);
}

function parseSettings({ runs, threads = String(availableParallelism()), provider }: BenchEngineFlags) {
  const parsed = Settings.safeParse({ "--runs": runs, "--threads": threads, "--provider": provider });
  if (parsed.success) {
    const { data } = parsed;
    return { runs: data["--runs"], threads: data["--threads"], provider: data["--provider"] };
  }
  throw new MezzotintError("INVALID_INPUT", z.prettifyError(parsed.error), { cause: parsed.error });
}
