import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** The files of so many pictures: the one named, or numbered from 1. Throws INVALID_INPUT unless it is a .png. */
export function pictureFiles(out: string, count: number): readonly string[] {
  const { dir, name, ext } = path.parse(out);
  if (ext.toLowerCase() !== ".png") {
    throw new MezzotintError("INVALID_INPUT", `--out: pictures are PNG files, so the name must end in .png: ${out}`);
  }
  if (count === 1) return [out];
  return Array.from({ length: count }, (_, index) => path.join(dir, `${name}-${index + 1}${ext}`));
}

/** Makes the folder of a file where needed. Throws INVALID_INPUT when it cannot be written to. */
export async function prepareFolderOf(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `--out: ${folder} cannot be written to: ${reason}`, { cause });
  }
}
