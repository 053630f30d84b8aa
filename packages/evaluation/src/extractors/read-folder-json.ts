import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";

/**
 * Reads and checks a JSON file of an extractor's folder.
 * Throws MODEL_UNAVAILABLE when it cannot be read, MODEL_CORRUPT when it is no JSON or not what it should be.
 */
export async function readFolderJson<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const name = path.join(path.basename(path.dirname(file)), path.basename(file));
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new MezzotintError("MODEL_UNAVAILABLE", `${name} cannot be read`, { cause });
  });
  const parsed = schema.safeParse(parseJson(name, text));
  if (parsed.success) return parsed.data;
  throw new MezzotintError("MODEL_CORRUPT", `${name}: ${z.prettifyError(parsed.error)}`, { cause: parsed.error });
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MezzotintError("MODEL_CORRUPT", `${name} of ${text.length} characters is no JSON`, { cause });
  }
}
