import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** The SHA-256 of a file in lower-case hex, read as a stream. Throws MODEL_UNAVAILABLE when it cannot be read. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new MezzotintError("MODEL_UNAVAILABLE", `model file ${path}: cannot be read`, { cause });
  }
  return hash.digest("hex");
}

/** One file of a model folder, by its path inside the folder with forward slashes. */
export interface ModelFile {
  readonly path: string;
  readonly sha256: string;
}

/** Every file of a folder with its hash, sorted by path code unit by code unit. */
export async function listModelFiles(folder: string): Promise<readonly ModelFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new MezzotintError("MODEL_UNAVAILABLE", `model folder ${folder}: cannot be read`, { cause });
  });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort((a, b) => (a < b ? -1 : 1));
  if (paths.length === 0) throw new MezzotintError("MODEL_UNAVAILABLE", `model folder ${folder}: holds 0 files`);
  const files: ModelFile[] = [];
  for (const path of paths) files.push({ path, sha256: await hashFile(join(folder, path)) });
  return files;
}

/** The SHA-256 of a listing, one "sha256  path" line per file. */
export function hashFileList(files: readonly ModelFile[]): string {
  const hash = createHash("sha256");
  for (const { path, sha256 } of files) hash.update(`${sha256}  ${path}\n`);
  return hash.digest("hex");
}
