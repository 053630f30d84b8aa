import path from "node:path";
import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import { findModels } from "@mezzotint/engine/find-models";
import { verifyModelFolder } from "@mezzotint/engine/verify-model-folder";
import { findModelFolder, modelFolders } from "./model-folders.ts";

/** Prints one line a model. Throws MODEL_CORRUPT when one is not as it should be, NOT_FOUND when there is none. */
export async function verifyModels(model: string | undefined): Promise<void> {
  const folders = model === undefined ? await allFolders() : [await findModelFolder(model)];
  let bad = 0;
  for (const folder of folders) {
    try {
      console.log(await verify(folder));
    } catch (error) {
      bad++;
      console.error(`bad        ${toMezzotintError(error).message}`);
    }
  }
  if (bad > 0)
    throw new MezzotintError("MODEL_CORRUPT", `${bad} of ${folders.length} models are not as they should be`);
}

async function allFolders(): Promise<readonly string[]> {
  const folders = modelFolders(process.env);
  const models = await findModels(folders);
  if (models.length === 0)
    throw new MezzotintError("NOT_FOUND", `no models in ${folders.join(", ")}: nothing to verify`);
  return models.map(({ folder }) => folder);
}

async function verify(folder: string): Promise<string> {
  const { info, networks, parameters, listed } = await verifyModelFolder(folder);
  const found = `${networks} networks, ${(parameters / 1e6).toFixed(1)} M numbers`;
  // Without a list there is nothing to compare with, only a hash to compare by eye.
  const verdict = listed ? "ok        " : "unlisted  ";
  return `${verdict} ${info?.name ?? path.basename(folder)} ${info?.hash ?? "draws nothing"} (${found})`;
}
