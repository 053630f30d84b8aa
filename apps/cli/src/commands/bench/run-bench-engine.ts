import { availableParallelism } from "node:os";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { benchEngine } from "@mezzotint/engine/bench/bench-engine";
import { SYNTHETIC_SHAPES, writeSyntheticModel } from "@mezzotint/engine/bench/synthetic/write-synthetic-model";
import { describeModel } from "@mezzotint/engine/describe-model";
import { PROVIDERS } from "@mezzotint/onnx/device";
import { z } from "zod";
import { parseRequest } from "../generate/parse-request.ts";
import { benchFolder, findModelFolder } from "../models/model-folders.ts";
import { engineBenchTable } from "./engine-bench-table.ts";

const PROMPT = "a lighthouse on a cliff at dusk";

export interface BenchEngineFlags {
  readonly model?: string;
  readonly synthetic?: string;
  readonly size: string;
  readonly steps?: string;
  readonly runs: string;
  readonly threads?: string;
  readonly provider: string;
  readonly json?: boolean;
}

const SYNTHETIC = Object.keys(SYNTHETIC_SHAPES) as [keyof typeof SYNTHETIC_SHAPES];

const Settings = z.object({
  "--synthetic": z.enum(SYNTHETIC).optional(),
  "--size": z.coerce.number().int().min(64).max(2_048).multipleOf(64),
  "--runs": z.coerce.number().int().min(1).max(1_000),
  "--threads": z.coerce.number().int().min(1),
  "--provider": z.enum(PROVIDERS),
});

/** Measures a model and prints what was found. Throws INVALID_INPUT for settings that make no sense. */
export async function runBenchEngine(flags: BenchEngineFlags): Promise<void> {
  const { runs, threads, provider, ...which } = parseSettings(flags);
  const folder = await folderOf(flags.model, which);
  const info = await describeModel(folder);
  const steps = flags.steps === undefined ? {} : { steps: flags.steps };
  const request = { model: info.name, negative: "", seed: "0", count: "1", out: "", provider, ...steps };
  const { recipe } = parseRequest(PROMPT, request, info);
  const bench = await benchEngine({ folder, recipe, runs, provider, threads });
  if (flags.json === true) console.log(JSON.stringify(bench, null, 2));
  else for (const line of engineBenchTable(bench)) console.log(line);
}

interface SyntheticChoice {
  readonly synthetic: keyof typeof SYNTHETIC_SHAPES | undefined;
  readonly imageSide: number;
}

async function folderOf(model: string | undefined, { synthetic, imageSide }: SyntheticChoice): Promise<string> {
  if ((model === undefined) === (synthetic === undefined)) {
    throw new MezzotintError("INVALID_INPUT", "expected one of --model and --synthetic");
  }
  if (synthetic === undefined) return findModelFolder(model ?? "");
  const folder = path.join(benchFolder(process.env), `${synthetic}-${imageSide}`);
  await writeSyntheticModel(folder, { ...SYNTHETIC_SHAPES[synthetic], imageSide });
  return folder;
}

function parseSettings({
  runs,
  threads = String(availableParallelism()),
  provider,
  synthetic,
  size,
}: BenchEngineFlags) {
  const settings = { "--runs": runs, "--threads": threads, "--provider": provider, "--size": size };
  const parsed = Settings.safeParse({ ...settings, "--synthetic": synthetic });
  if (parsed.success) {
    const { data } = parsed;
    return {
      runs: data["--runs"],
      threads: data["--threads"],
      provider: data["--provider"],
      synthetic: data["--synthetic"],
      imageSide: data["--size"],
    };
  }
  throw new MezzotintError("INVALID_INPUT", z.prettifyError(parsed.error), { cause: parsed.error });
}
