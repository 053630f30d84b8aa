import { stat } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { findModels } from "@mezzotint/engine/find-models";
import { z } from "zod";

const REPOSITORY_ROOT = fileURLToPath(new URL("../../../../..", import.meta.url));

const Variables = z.object({
  MEZZOTINT_ROOT: z.string().min(1).default(REPOSITORY_ROOT),
  /** More folders that hold model folders, as PATH separates them. */
  MEZZOTINT_MODELS: z.string().default(""),
});

/** The folders whose subfolders are models. */
export function modelFolders(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { MEZZOTINT_ROOT, MEZZOTINT_MODELS } = Variables.parse(variables);
  const more = MEZZOTINT_MODELS.split(path.delimiter).filter((folder) => folder !== "");
  return [path.join(MEZZOTINT_ROOT, "models"), ...more.map((folder) => path.resolve(folder))];
}

/** Where models that only a bench needs are kept. */
export function benchFolder(variables: Readonly<Record<string, string | undefined>>): string {
  return path.join(Variables.parse(variables).MEZZOTINT_ROOT, ".mezzotint", "bench");
}

/** The folder of a model, given by name, or by path if it has a slash in it. Throws NOT_FOUND with the names there are. */
export async function findModelFolder(nameOrFolder: string): Promise<string> {
  if (/[/\\]/.test(nameOrFolder)) return existingFolder(path.resolve(nameOrFolder));
  const folders = modelFolders(process.env);
  const models = await findModels(folders);
  const found = models.find(({ name }) => name === nameOrFolder);
  if (found !== undefined) return found.folder;
  const names = models.length === 0 ? `no model in ${folders.join(", ")}` : models.map(({ name }) => name).join(", ");
  throw new MezzotintError("NOT_FOUND", `no model ${JSON.stringify(nameOrFolder)}; there is ${names}`);
}

async function existingFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory() === true) return folder;
  throw new MezzotintError("NOT_FOUND", `no model: there is no folder ${folder}`);
}
