import { toPlainError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { describeModel } from "@mezzotint/engine/describe-model";
import { findModels } from "@mezzotint/engine/find-models";
import type { DescribedModels, ModelProblem } from "./protocol.ts";

/** Every model in the folders, its files checked; those that cannot be used are reported, not thrown. */
export async function describeModels(folders: readonly string[]): Promise<DescribedModels> {
  const models: ModelInfo[] = [];
  const problems: ModelProblem[] = [];
  for (const { folder, name } of await findModels(folders)) {
    try {
      models.push(await describeModel(folder));
    } catch (error) {
      problems.push({ name, error: toPlainError(error) });
    }
  }
  return { models, problems };
}
