import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";

/** What a line says of a picture: the words it was drawn for, and the class of thing it should show, if any. */
export interface PictureWords {
  readonly prompt: string;
  readonly group: string | null;
}

/** A line of metadata.jsonl as image folders have it, or of our own. */
const Line = z
  .looseObject({
    file_name: z.string().optional(),
    file: z.string().optional(),
    text: z.string().optional(),
    prompt: z.string().optional(),
    group: z.string().nullable().default(null),
  })
  .transform(({ file_name: fileName, file, text, prompt, group }) => {
    return { file: fileName ?? file, prompt: prompt ?? text, group };
  })
  .pipe(z.object({ file: z.string(), prompt: z.string(), group: z.string().nullable() }));

/** The lines of a metadata.jsonl by the names of their files. Throws INVALID_INPUT for a line that is none. */
export function parsePictureMetadata(text: string): ReadonlyMap<string, PictureWords> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return new Map(lines.map(parseLine));
}

/** What `metadata.jsonl` in a folder of pictures says of them; null without one. Throws INVALID_INPUT as above. */
export async function readPictureMetadata(folder: string): Promise<ReadonlyMap<string, PictureWords> | null> {
  const text = await readFile(path.join(folder, "metadata.jsonl"), "utf8").catch(() => null);
  return text === null ? null : parsePictureMetadata(text);
}

function parseLine(line: string, index: number): readonly [string, PictureWords] {
  try {
    const { file, prompt, group } = Line.parse(JSON.parse(line));
    return [path.basename(file), { prompt, group }];
  } catch (cause) {
    const wanted = "a JSON object with file_name and prompt";
    throw new MezzotintError("INVALID_INPUT", `prompts: line ${index + 1} is not ${wanted}`, { cause });
  }
}
