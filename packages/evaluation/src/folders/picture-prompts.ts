import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import type { ReadPicture } from "../extractors/prepare-files.ts";

/** A line of metadata.jsonl as image folders have it, or of our own. */
const Line = z
  .looseObject({
    file_name: z.string().optional(),
    file: z.string().optional(),
    text: z.string().optional(),
    prompt: z.string().optional(),
  })
  .transform(({ file_name: fileName, file, text, prompt }) => ({ file: fileName ?? file, prompt: prompt ?? text }))
  .pipe(z.object({ file: z.string(), prompt: z.string() }));

/**
 * The prompt of every picture: from `file` (a .txt with one line a picture in the order of their names, or a .jsonl with
 * file_name and prompt), else from the recipes the pictures carry; null when some picture has none. Throws NOT_FOUND for
 * a missing file, INVALID_INPUT when its lines do not fit the pictures.
 */
export async function picturePrompts(
  pictures: readonly ReadPicture[],
  { file, allFiles }: { readonly file: string | null; readonly allFiles: number },
): Promise<readonly string[] | null> {
  if (file === null) {
    const embedded = pictures.flatMap(({ prompt }) => (prompt === null ? [] : [prompt]));
    return embedded.length === pictures.length ? embedded : null;
  }
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `prompts ${file} cannot be read`, { cause });
  });
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (path.extname(file) !== ".jsonl") return inOrder(lines, pictures, allFiles);
  const byName = new Map(lines.filter((line) => line.trim() !== "").map(parseLine));
  return pictures.map((picture) => {
    const prompt = byName.get(path.basename(picture.file));
    if (prompt !== undefined) return prompt;
    const name = path.basename(picture.file);
    throw new MezzotintError("INVALID_INPUT", `prompts: none of ${byName.size} is for ${name}`);
  });
}

/** With files that could not be read, lines no longer say which picture they are for. */
function inOrder(lines: readonly string[], pictures: readonly ReadPicture[], allFiles: number): readonly string[] {
  if (lines.length === allFiles && pictures.length === allFiles) return lines;
  const found = `${lines.length} lines for ${allFiles} pictures, of which ${pictures.length} can be read`;
  throw new MezzotintError("INVALID_INPUT", `prompts: ${found}; name the files in a .jsonl instead`);
}

function parseLine(line: string, index: number): readonly [string, string] {
  try {
    const { file, prompt } = Line.parse(JSON.parse(line));
    return [path.basename(file), prompt];
  } catch (cause) {
    const wanted = "a JSON object with file_name and prompt";
    throw new MezzotintError("INVALID_INPUT", `prompts: line ${index + 1} is not ${wanted}`, { cause });
  }
}
