import { MezzotintError } from "@mezzotint/contracts/errors";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { parameterTable, readCheckpointFile, restoreArena, writeCheckpointFile } from "./checkpoint-file.ts";
import type { Checkpoint, CheckpointParameter, CheckpointState } from "./checkpoint-file.ts";
import type { ParameterArena } from "../optimizer/parameter-arena.ts";

const keptCount = 2;
const suffix = ".checkpoint";

export interface CheckpointIdentity {
  readonly recipeId: string;
  readonly recipeHash: string;
}

export interface NewestCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly path: string;
  /** Why newer files were passed over, one sentence each. */
  readonly notices: readonly string[];
  readonly damagedPaths: readonly string[];
}

/** Saves the arena and `state` as the newest checkpoint of `folder`, keeps the one before it, and returns its path. */
export async function saveCheckpoint(folder: string, arena: ParameterArena, state: CheckpointState): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `step-${String(state.step).padStart(9, "0")}${suffix}`);
  await writeCheckpointFile(path, arena, state);
  const superseded = (await listCheckpoints(folder)).filter((other) => other !== path).slice(keptCount - 1);
  const partial = (await readdir(folder)).filter((name) => name.endsWith(`${suffix}.partial`));
  for (const old of [...superseded, ...partial.map((name) => join(folder, name))]) await rm(old, { force: true });
  return path;
}

/**
 * Reads the newest whole checkpoint of `folder`, passing over damaged ones with a notice; undefined if there is none.
 * Throws MODEL_CORRUPT if there are files and all are damaged.
 */
export async function readNewestCheckpoint(folder: string): Promise<NewestCheckpoint | undefined> {
  const notices: string[] = [];
  const damagedPaths: string[] = [];
  for (const path of await listCheckpoints(folder)) {
    try {
      return { checkpoint: await readCheckpointFile(path), path, notices, damagedPaths };
    } catch (thrown) {
      if (!(thrown instanceof MezzotintError)) throw thrown;
      damagedPaths.push(path);
      notices.push(`${thrown.message}; falling back to the checkpoint before it`);
    }
  }
  if (notices.length === 0) return undefined;
  throw new MezzotintError("MODEL_CORRUPT", `no usable checkpoint in ${folder}:\n${notices.join("\n")}`);
}

/**
 * Restores the arena from the newest whole checkpoint of `folder`; undefined, with the arena untouched, if there is
 * none. Damaged files are renamed to `.damaged`. Throws CONFLICT, naming each difference, for another recipe or other
 * parameters.
 */
export async function resumeFromCheckpoint(
  folder: string,
  arena: ParameterArena,
  identity: CheckpointIdentity,
): Promise<NewestCheckpoint | undefined> {
  const newest = await readNewestCheckpoint(folder);
  if (newest === undefined) return undefined;
  const { state, parameters } = newest.checkpoint;
  const differences = [
    ...difference("recipe", state.recipeId, identity.recipeId),
    ...difference("recipe hash", state.recipeHash, identity.recipeHash),
    ...parameterDifferences(parameters, parameterTable(arena)),
  ];
  if (differences.length > 0) {
    throw new MezzotintError("CONFLICT", `checkpoint ${newest.path} is of another training: ${differences.join("; ")}`);
  }
  restoreArena(arena, newest.checkpoint);
  // Set aside, so that they do not count as the newest when old checkpoints are removed.
  for (const path of newest.damagedPaths) await rename(path, `${path}.damaged`);
  return newest;
}

/** Paths of the checkpoints of `folder`, newest first. */
async function listCheckpoints(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  });
  const found = names.filter((name) => name.endsWith(suffix)).toSorted();
  return found.toReversed().map((name) => join(folder, name));
}

function parameterDifferences(
  saved: readonly CheckpointParameter[],
  wanted: readonly CheckpointParameter[],
): readonly string[] {
  const byName = new Map(saved.map((parameter) => [parameter.name, parameter]));
  const wantedNames = new Set(wanted.map(({ name }) => name));
  const all = [
    ...difference("parameter count", saved.length, wanted.length),
    ...wanted.flatMap((parameter) => {
      const before = byName.get(parameter.name);
      return before === undefined
        ? [`${parameter.name} is missing`]
        : difference(parameter.name, describe(before), describe(parameter));
    }),
    ...saved.filter(({ name }) => !wantedNames.has(name)).map(({ name }) => `${name} is not expected`),
  ];
  return all.length <= 8 ? all : [...all.slice(0, 8), `and ${all.length - 8} more`];
}

function describe({ shape, decay, learningRateScale }: CheckpointParameter): string {
  return `[${shape.join(",")}] decay ${decay} learning rate x${learningRateScale}`;
}

function difference<T extends string | number>(what: string, saved: T, wanted: T): readonly string[] {
  return saved === wanted ? [] : [`${what}: saved ${saved}, expected ${wanted}`];
}
