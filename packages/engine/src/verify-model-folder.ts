import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { listModelFiles } from "@mezzotint/onnx/model-file";
import { verifyModelFile } from "@mezzotint/onnx/verify-model";
import { describeModel } from "./describe-model.ts";
import { verifyChecksums } from "./model-folder/verify-checksums.ts";

export interface VerifiedFolder {
  /** What the model can do; null for networks that draw nothing, such as those of an evaluation. */
  readonly info: ModelInfo | null;
  readonly networks: number;
  /** Numbers in the weights of all networks. */
  readonly parameters: number;
  /** Whether there was a checksums.json to compare with. */
  readonly listed: boolean;
}

/**
 * Checks a model folder whole: its parts, its checksums, the structure of every network, where weights outside of them
 * lie, and that every weight is a number. Reads every file twice, opens no network.
 * Throws MODEL_UNAVAILABLE or MODEL_CORRUPT with the first thing that is wrong.
 */
export async function verifyModelFolder(folder: string): Promise<VerifiedFolder> {
  const draws = await isFile(path.join(folder, "model_index.json"));
  const info = draws ? await describeModel(folder) : null;
  if (!draws) await verifyChecksums(folder, await listModelFiles(folder));
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith(".onnx")).toSorted((a, b) => (a < b ? -1 : 1));
  if (files.length === 0) {
    throw new MezzotintError("MODEL_UNAVAILABLE", `model ${path.basename(folder)}: holds 0 networks (.onnx)`);
  }
  const verified = files.map((name) => verifyModelFile(path.join(folder, name)));
  return {
    info,
    networks: verified.length,
    parameters: verified.reduce((sum, network) => sum + network.parameters, 0),
    listed: await isFile(path.join(folder, "checksums.json")),
  };
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() === true;
}
