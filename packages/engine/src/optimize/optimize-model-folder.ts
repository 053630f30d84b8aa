import { copyFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { listExternalFiles } from "@mezzotint/onnx/external-data";
import { optimizeModelFile, type OptimizedModel } from "@mezzotint/onnx/optimize-model";
import type { LoadOptions } from "../load-model.ts";
import { readModelFolder } from "../model-folder/model-folder.ts";
import { compareModels, type ModelComparison } from "./compare-models.ts";

export interface OptimizeFolderOptions extends Pick<LoadOptions, "provider" | "threads"> {
  /** The model folder to make; it must not be there. */
  readonly target: string;
  /** Whether large weights are stored as float16. */
  readonly halve: boolean;
  /** Steps of the pictures that are compared. */
  readonly steps: number;
  /** The bound, in 8-bit steps: what pictures may move at most in one place, and on average. */
  readonly largestMax: number;
  readonly meanMax: number;
}

export interface OptimizedFolder {
  /** By the path of the network inside the folder. */
  readonly networks: ReadonlyMap<string, OptimizedModel>;
  readonly comparison: ModelComparison;
  readonly sizeBytes: readonly [before: number, after: number];
}

/**
 * Writes a model folder whose networks are rewritten for ONNX Runtime, and keeps it only if its pictures stay within the
 * bound: they are drawn with both folders and compared. Checksums are not copied, for they are no longer true.
 * Throws CONFLICT for a target that is there, MODEL_CORRUPT with the numbers for pictures that move too far.
 */
export async function optimizeModelFolder(folder: string, options: OptimizeFolderOptions): Promise<OptimizedFolder> {
  const { target, halve, largestMax, meanMax } = options;
  await readModelFolder(folder);
  if ((await stat(target).catch(() => null)) !== null)
    throw new MezzotintError("CONFLICT", `${target} is there already`);
  const scratch = path.join(path.dirname(path.resolve(target)), `.${path.basename(target)}.optimize`);
  await rm(scratch, { recursive: true, force: true });
  try {
    const networks = await rewrite(folder, { scratch, halve });
    const comparison = await compareModels({ ...options, folders: [folder, scratch] });
    const { largest, mean } = comparison;
    if (!(largest <= largestMax && mean <= meanMax)) {
      const found = `pictures move by ${largest} of 255 in one place and ${mean.toFixed(3)} on average`;
      throw new MezzotintError("MODEL_CORRUPT", `not kept: ${found}; the bound is ${largestMax} and ${meanMax}`);
    }
    const sizeBytes = [await sizeOfFolder(folder), await sizeOfFolder(scratch)] as const;
    await rename(scratch, target);
    return { networks, comparison, sizeBytes };
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

interface RewriteOptions {
  readonly scratch: string;
  readonly halve: boolean;
}

async function rewrite(
  folder: string,
  { scratch, halve }: RewriteOptions,
): Promise<ReadonlyMap<string, OptimizedModel>> {
  const files = (await filesOf(folder)).filter((file) => file !== "checksums.json");
  const networks = files.filter((file) => file.endsWith(".onnx"));
  const weights = new Set(
    networks.flatMap((network) =>
      listExternalFiles(path.join(folder, network)).map((name) => path.join(path.dirname(network), name)),
    ),
  );
  const optimized = new Map<string, OptimizedModel>();
  for (const file of files) {
    if (weights.has(file)) continue;
    const target = path.join(scratch, file);
    await mkdir(path.dirname(target), { recursive: true });
    if (networks.includes(file))
      optimized.set(file, await optimizeModelFile(path.join(folder, file), target, { halve }));
    else await copyFile(path.join(folder, file), target);
  }
  return optimized;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

async function sizeOfFolder(folder: string): Promise<number> {
  const files = await filesOf(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(path.join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
