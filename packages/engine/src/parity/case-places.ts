import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { readNpy, type NpyArray } from "@mezzotint/numeric/npy";

/** Where named pipelines and tokenizers may lie: inside the given folder, or beside or above the cases. */
export interface CasePlaces {
  /** The folder that was asked to be run. */
  readonly root: string;
  /** The folder that holds both pipelines/ and tokenizers/, when one was given. */
  readonly given: string | null;
}

/** The folder of a named pipeline or tokenizer. Throws NOT_FOUND with the places looked at. */
export async function placeOf(places: CasePlaces, kind: "pipelines" | "tokenizers", name: string): Promise<string> {
  const holders = places.given === null ? selfAndAbove(path.resolve(places.root)) : [path.resolve(places.given)];
  const inside = (folder: string) => relativeInside(path.join(folder, kind), name);
  const candidates = holders.map(inside);
  // A folder of pipelines given directly serves as well as the one that holds it.
  if (places.given !== null) candidates.push(relativeInside(path.resolve(places.given), name));
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isDirectory() === true) return candidate;
  }
  const where = places.given ?? `at or above ${places.root}`;
  throw new MezzotintError("NOT_FOUND", `${kind}/${name} was not found ${places.given === null ? "" : "in "}${where}`);
}

/** Reads an array beside a case. Throws NOT_FOUND when it is missing, INVALID_INPUT when it is no array. */
export async function readCaseArray(folder: string, file: string): Promise<NpyArray> {
  const bytes = await readFile(relativeInside(folder, file)).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `${file} is missing`, { cause });
  });
  try {
    return readNpy(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `${file}: ${reason}`, { cause });
  }
}

function relativeInside(folder: string, name: string): string {
  const joined = path.resolve(folder, name);
  if (joined.startsWith(path.resolve(folder) + path.sep)) return joined;
  throw new MezzotintError("INVALID_INPUT", `${name} leads out of its folder`);
}

function selfAndAbove(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...selfAndAbove(above)];
}
