import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { decodeStoredRgb } from "@mezzotint/image/decode-stored-rgb";
import { readMetadata } from "@mezzotint/image/metadata";
import { preparePicture, type Preparation } from "./preparation.ts";

/** A picture file that could be read. */
export interface ReadPicture {
  readonly file: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
  /** The prompt in the recipe the file carries, or null when it carries none. */
  readonly prompt: string | null;
}

export interface UnreadableFile {
  readonly file: string;
  readonly reason: string;
}

/** Pictures ready for their extractors, and the files that gave none. */
export interface PreparedFiles {
  readonly pictures: readonly ReadPicture[];
  /** For each preparation, the input of each picture. */
  readonly inputs: readonly (readonly Float32Array[])[];
  readonly unreadable: readonly UnreadableFile[];
}

/** Reads, decodes and prepares files; one that fails anywhere is listed with its reason and the others go on. */
export async function prepareFiles(
  files: readonly string[],
  preparations: readonly Preparation[],
): Promise<PreparedFiles> {
  const [pictures, unreadable]: [ReadPicture[], UnreadableFile[]] = [[], []];
  const inputs: Float32Array[][] = preparations.map(() => []);
  for (const file of files) {
    try {
      const bytes = await readFile(file);
      const image = await decodeStoredRgb(bytes);
      const prepared = preparations.map((preparation) => preparePicture(image, preparation));
      prepared.forEach((input, i) => inputs[i]?.push(input));
      pictures.push({ file, sha256: createHash("sha256").update(bytes).digest("hex"), prompt: promptOf(bytes) });
    } catch (thrown) {
      unreadable.push({ file, reason: toMezzotintError(thrown).message });
    }
  }
  return { pictures, inputs, unreadable };
}

const PNG_START = [0x89, 0x50, 0x4e, 0x47];

/** The prompt is a courtesy of our own files; a picture without one, or with a damaged one, is a picture all the same. */
function promptOf(bytes: Uint8Array): string | null {
  if (PNG_START.some((byte, i) => bytes[i] !== byte)) return null;
  try {
    const { recipe } = readMetadata(bytes);
    if (typeof recipe !== "object" || recipe === null || !("prompt" in recipe)) return null;
    return typeof recipe.prompt === "string" ? recipe.prompt : null;
  } catch {
    return null;
  }
}
