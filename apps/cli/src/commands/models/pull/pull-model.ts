import { stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import { describeModel } from "@mezzotint/engine/describe-model";
import { modelFolders } from "../model-folders.ts";
import { progressLine } from "./progress-line.ts";
import { pullSourceOf } from "./pull-sources.ts";

export interface PullFlags {
  readonly revision?: string;
  readonly variant?: string;
  readonly folder?: string;
  readonly file?: string;
}

/** Fetches a model and says what can be done with it. Throws CONFLICT when its folder is there already. */
export async function pullModel(id: string, { revision, variant, folder: given, file }: PullFlags): Promise<void> {
  const pull = pullSourceOf(id);
  const [home = "."] = modelFolders(process.env);
  const folder = given === undefined ? path.join(home, path.basename(id)) : path.resolve(given);
  if ((await stat(folder).catch(() => null)) !== null) {
    throw new MezzotintError("CONFLICT", `${folder} is there already; give another folder with --folder, or remove it`);
  }
  await pull({ id, folder, revision, variant, file, report: progressLine(process.stderr, () => performance.now()) });
  console.log(`${folder}: ${await useOf(folder)}`);
}

async function useOf(folder: string): Promise<string> {
  const index = await stat(path.join(folder, "model_index.json")).catch(() => null);
  if (index === null) return "no pipeline; for extractors of an evaluation";
  try {
    const { name, family } = await describeModel(folder);
    return `${family}; draw with: mezzotint generate "a lighthouse" --model ${name}`;
  } catch (error) {
    return `pulled whole, but this version cannot draw with it: ${toMezzotintError(error).message}`;
  }
}
