import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { readNewestCheckpoint } from "../trainer/checkpoint.ts";
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
export async function readTrainedModule(folder: string, plan: PackPlan, module: ModuleName): Promise<TrainedModule> {
  const newest = await readNewestCheckpoint(path.join(folder, module));
  if (newest === undefined) {
    throw new MezzotintError(
      "NOT_FOUND",
      `${folder}: no trained ${module} here; run mezzotint train ${plan.name}/${module} first`,
    );
  }
  const { state } = newest.checkpoint;
  const expected = checkpointIdentity(plan, module);
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
