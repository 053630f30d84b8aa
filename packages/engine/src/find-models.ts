import { readdir, stat } from "node:fs/promises";
import path from "node:path";

export interface FoundModel {
  readonly folder: string;
  readonly name: string;
}

/**
 * Model folders (those with a model_index.json) directly inside the given folders, or given themselves, sorted by name;
 * of equal names the first found counts. Folders that do not exist hold no models.
 */
export async function findModels(folders: readonly string[]): Promise<FoundModel[]> {
  const byName = new Map<string, FoundModel>();
  for (const folder of folders) {
    for (const candidate of [folder, ...(await innerFolders(folder))]) {
      const name = path.basename(path.resolve(candidate));
      if (!byName.has(name) && (await isModelFolder(candidate))) byName.set(name, { folder: candidate, name });
    }
  }
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function innerFolders(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  // Hidden folders are downloads that are not complete.
  const visible = names.filter((name) => !name.startsWith("."));
  return visible.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => path.join(folder, name));
}

async function isModelFolder(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, "model_index.json")).catch(() => null);
  return found?.isFile() === true;
}
