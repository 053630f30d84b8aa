import { toPlainError, type PlainError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import { describeModel } from "@mezzotint/engine/describe-model";
import { findModels } from "@mezzotint/engine/find-models";
import { modelFolders } from "./model-folders.ts";

/** Prints every model, and on stderr those that cannot be used. */
export async function listModels({ json }: { readonly json: boolean }): Promise<void> {
  const folders = modelFolders(process.env);
  const models: ModelInfo[] = [];
  const problems: { readonly name: string; readonly error: PlainError }[] = [];
  for (const { folder, name } of await findModels(folders)) {
    try {
      models.push(await describeModel(folder));
    } catch (error) {
      problems.push({ name, error: toPlainError(error) });
    }
  }
  if (json) {
    console.log(JSON.stringify({ models, problems }, null, 2));
    return;
  }
  for (const model of models) console.log(lineOf(model));
  for (const { name, error } of problems) console.error(`${name}: ${error.message}`);
  if (models.length + problems.length === 0) console.error(`no models in ${folders.join(", ")}`);
}

function lineOf({ name, hash, title, sizeBytes, defaults }: ModelInfo): string {
  const size = `${(sizeBytes / 1e6).toFixed(1)} MB`.padStart(10);
  return `${name.padEnd(16)} ${hash.slice(0, 12)} ${size}  ${defaults.width} × ${defaults.height}  ${title}`;
}
