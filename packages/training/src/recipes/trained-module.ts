import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { readNewestCheckpoint, type CheckpointIdentity } from "../trainer/checkpoint.ts";
import { checkpointIdentity } from "./checkpoint-identity.ts";
import type { WeightSource } from "../trainer/export-scope.ts";
import type { ModuleName, PackPlan } from "./pack-plan.ts";

export interface TrainedModule {
  readonly step: number;
  readonly elapsedSeconds: number;
  /** Averaged weights by name. */
  readonly weights: WeightSource;
}

/** The newest checkpoint of a module. Throws NOT_FOUND before it was trained, CONFLICT when other sizes were. */
export function readTrainedModule(folder: string, plan: PackPlan, module: ModuleName): Promise<TrainedModule> {
  return readTrained(path.join(folder, module), checkpointIdentity(plan, module));
}

/** The newest checkpoint in a folder. Throws NOT_FOUND when there is none, CONFLICT when its weights are of other sizes. */
export async function readTrained(folder: string, expected: CheckpointIdentity): Promise<TrainedModule> {
  const newest = await readNewestCheckpoint(folder);
  if (newest === undefined) {
    throw new MezzotintError(
      "NOT_FOUND",
      `${folder}: nothing trained here; run mezzotint train ${expected.recipeId} first`,
    );
  }
  const { state } = newest.checkpoint;
  if (state.recipeHash !== expected.recipeHash) {
    throw new MezzotintError(
      "CONFLICT",
      `${newest.path}: trained as ${state.recipeId} ${state.recipeHash.slice(0, 12)}, but the plan is ${expected.recipeHash.slice(0, 12)}`,
    );
  }
  return {
    step: state.step,
    elapsedSeconds: state.elapsedSeconds,
    weights: (name) => newest.checkpoint.values("ema", name),
  };
}
