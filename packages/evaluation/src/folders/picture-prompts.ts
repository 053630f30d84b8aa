import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ReadPicture } from "../extractors/prepare-files.ts";
import { parsePictureMetadata } from "./picture-metadata.ts";

/** Words of pictures, in their order. */
export interface PicturePrompts {
  readonly prompts: readonly string[];
  /** The class each picture should show, null where nothing says so. */
  readonly groups: readonly (string | null)[];
}

/**
 * The prompt of every picture: from `file` (a .txt with one line a picture in the order of their names, or a .jsonl with
 * file_name, prompt and, where it names a class, group), else from the recipes the pictures carry; null when some picture has none. Throws NOT_FOUND for
 * a missing file, INVALID_INPUT when its lines do not fit the pictures.
 */
export async function picturePrompts(
  pictures: readonly ReadPicture[],
  { file, allFiles }: { readonly file: string | null; readonly allFiles: number },
): Promise<PicturePrompts | null> {
  if (file === null) {
    const embedded = pictures.flatMap(({ prompt }) => (prompt === null ? [] : [prompt]));
    return embedded.length === pictures.length ? withoutGroups(embedded) : null;
  }
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `prompts ${file} cannot be read`, { cause });
  });
  if (path.extname(file) !== ".jsonl") return withoutGroups(inOrder(linesOf(text), pictures, allFiles));
  const byName = parsePictureMetadata(text);
  const words = pictures.map((picture) => {
    const name = path.basename(picture.file);
    const found = byName.get(name);
    if (found !== undefined) return found;
    throw new MezzotintError("INVALID_INPUT", `prompts: none of ${byName.size} is for ${name}`);
  });
  return { prompts: words.map(({ prompt }) => prompt), groups: words.map(({ group }) => group) };
}

function withoutGroups(prompts: readonly string[]): PicturePrompts {
  return { prompts, groups: prompts.map(() => null) };
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** With files that could not be read, lines no longer say which picture they are for. */
function inOrder(lines: readonly string[], pictures: readonly ReadPicture[], allFiles: number): readonly string[] {
  if (lines.length === allFiles && pictures.length === allFiles) return lines;
  const found = `${lines.length} lines for ${allFiles} pictures, of which ${pictures.length} can be read`;
  throw new MezzotintError("INVALID_INPUT", `prompts: ${found}; name the files in a .jsonl instead`);
}
