import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { Sha256 } from "@mezzotint/contracts/recipe";
import type { ModelFile } from "@mezzotint/onnx/model-file";
import { z } from "zod";
import { readOptionalJsonFile } from "./read-json-file.ts";

const Checksums = z.record(z.string(), Sha256);

/**
 * Compares files with the checksums.json of their folder, if it has one; files it does not list may be there.
 * Throws MODEL_CORRUPT naming the first file that differs and both hashes, or that is missing.
 */
export async function verifyChecksums(folder: string, files: readonly ModelFile[]): Promise<void> {
  const checksums = await readOptionalJsonFile(path.join(folder, "checksums.json"), Checksums);
  if (checksums === null) return;
  const found = new Map(files.map((file) => [file.path, file.sha256]));
  for (const [file, expected] of Object.entries(checksums)) {
    const actual = found.get(file);
    if (actual === expected) continue;
    const problem = actual === undefined ? "is missing" : `has SHA-256 ${actual}`;
    const message = `model ${path.basename(folder)}: ${file} ${problem}, checksums.json says ${expected}`;
    throw new MezzotintError("MODEL_CORRUPT", message);
  }
}
