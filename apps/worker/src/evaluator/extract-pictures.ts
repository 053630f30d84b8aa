import { toMezzotintError } from "@mezzotint/contracts/errors";
import type { FeatureExtractor } from "@mezzotint/evaluation/extractors/feature-extractor";
import { decodeStoredRgb } from "@mezzotint/image/decode-stored-rgb";
import type { KitExtractor } from "./kit.ts";
import type { Extracted } from "./protocol.ts";
import { encodeSeen } from "./seen.ts";

/** What an extractor sees in files, in order, as it is kept; a file that cannot be read says why. */
export async function extractPictures(
  { kind, extractor }: KitExtractor,
  files: readonly Uint8Array[],
): Promise<Extracted[]> {
  const found: Extracted[] = [];
  for (let start = 0; start < files.length; start += extractor.batchSize) {
    const batch = await Promise.all(
      files.slice(start, start + extractor.batchSize).map((file) => prepare(extractor, file)),
    );
    const prepared = batch.filter((one) => one instanceof Float32Array);
    const rows = prepared.length === 0 ? null : await extractor.run(prepared);
    let row = 0;
    for (const one of batch) {
      if (one instanceof Float32Array && rows !== null) {
        const { columns, data } = rows;
        found.push({ vector: encodeSeen(kind, Float32Array.from(data.subarray(row * columns, (row + 1) * columns))) });
        row++;
      } else if (!(one instanceof Float32Array)) found.push(one);
    }
  }
  return found;
}

async function prepare(extractor: FeatureExtractor, file: Uint8Array): Promise<Float32Array | { problem: string }> {
  try {
    return extractor.prepare(await decodeStoredRgb(file));
  } catch (thrown) {
    return { problem: toMezzotintError(thrown).message };
  }
}
