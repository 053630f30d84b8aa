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

/**
 * Reads, decodes and prepares files; one that fails anywhere is listed with its reason and the others go on. All are read
 * and decoded at once, which happens on other threads, so no more than a batch should be asked for.
 */
export async function prepareFiles(
  files: readonly string[],
  preparations: readonly Preparation[],
): Promise<PreparedFiles> {
  const all = await Promise.all(files.map((file) => prepareFile(file, preparations)));
  const prepared = all.filter((one) => "picture" in one);
  return {
    pictures: prepared.map(({ picture }) => picture),
    inputs: preparations.map((_, i) => prepared.map(({ inputs }) => inputs[i] as Float32Array)),
    unreadable: all.filter((one) => "reason" in one),
  };
}

interface PreparedFile {
  readonly picture: ReadPicture;
  /** For each preparation. */
  readonly inputs: readonly Float32Array[];
}

async function prepareFile(file: string, preparations: readonly Preparation[]): Promise<PreparedFile | UnreadableFile> {
  try {
    const bytes = await readFile(file);
    const image = await decodeStoredRgb(bytes);
    const inputs = preparations.map((preparation) => preparePicture(image, preparation));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { picture: { file, sha256, prompt: promptOf(bytes) }, inputs };
  } catch (thrown) {
    return { file, reason: toMezzotintError(thrown).message };
  }
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
