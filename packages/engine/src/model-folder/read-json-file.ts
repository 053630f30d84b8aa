import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";

/** Reads and checks a JSON file of a model folder. Throws MODEL_UNAVAILABLE when missing, MODEL_CORRUPT when damaged. */
export async function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>> {
  const value = await readOptionalJsonFile(file, schema);
  if (value !== null) return value;
  throw new MezzotintError("MODEL_UNAVAILABLE", `${labelOf(file)} is missing`);
}

/** The same, but null when there is no such file. */
export async function readOptionalJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  const text = await readTextOrNull(file);
  if (text === null) return null;
  const parsed = schema.safeParse(parseJsonOrThrow(file, text));
  if (parsed.success) return parsed.data;
  const message = `${labelOf(file)}: ${z.prettifyError(parsed.error)}`;
  throw new MezzotintError("MODEL_CORRUPT", message, { cause: parsed.error });
}

/** Parses JSON as Python writes it: NaN and infinities, which JSON does not have, become null. */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(
    text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) => (token.startsWith('"') ? token : "null")),
  );
}

async function readTextOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new MezzotintError("MODEL_UNAVAILABLE", `${labelOf(file)} cannot be read`, { cause });
  }
}

function parseJsonOrThrow(file: string, text: string): unknown {
  try {
    return parsePythonJson(text);
  } catch (cause) {
    throw new MezzotintError("MODEL_CORRUPT", `${labelOf(file)} of ${text.length} characters is no JSON`, { cause });
  }
}

/** A file by its last two names: model folder parts are told apart that way without naming the machine's folders. */
function labelOf(file: string): string {
  return path.join(path.basename(path.dirname(file)), path.basename(file));
}
