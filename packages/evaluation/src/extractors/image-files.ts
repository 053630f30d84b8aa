import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import { decodeStoredRgb } from "@mezzotint/image/decode-stored-rgb";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { FeatureExtractor } from "./feature-extractor.ts";

/** What pytorch-fid takes for a picture, in lower case as there. */
const EXTENSIONS = new Set([".bmp", ".jpg", ".jpeg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"]);

/** The pictures directly in a folder, sorted by name code unit by code unit. Throws NOT_FOUND when it has none. */
export async function listImageFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `picture folder ${folder} cannot be read`, { cause });
  });
  const pictures = names.filter((name) => EXTENSIONS.has(path.extname(name)));
  if (pictures.length === 0) {
    throw new MezzotintError("NOT_FOUND", `picture folder ${folder}: 0 pictures among ${names.length} files`);
  }
  return pictures.toSorted().map((name) => path.join(folder, name));
}

export interface UnreadableFile {
  readonly file: string;
  readonly reason: string;
}

/** Features of some files, and the files that gave none; both go into the protocol of a score. */
export interface FeatureBatch {
  readonly files: readonly string[];
  readonly features: Matrix;
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * Features of picture files, batch by batch in order, with memory for two batches: the next pictures are decoded and
 * prepared while the model runs. A batch in which no file could be read is left out and its files come with the next.
 */
export async function* extractFiles(
  extractor: FeatureExtractor,
  files: readonly string[],
): AsyncGenerator<FeatureBatch, readonly UnreadableFile[]> {
  let unreadable: UnreadableFile[] = [];
  let next = prepareFiles(extractor, files.slice(0, extractor.batchSize));
  for (let start = 0; start < files.length; start += extractor.batchSize) {
    const current = await next;
    unreadable.push(...current.unreadable);
    const running = current.prepared.length > 0 ? extractor.run(current.prepared) : null;
    const after = start + extractor.batchSize;
    next = prepareFiles(extractor, files.slice(after, after + extractor.batchSize));
    if (running === null) continue;
    yield { files: current.files, features: await settled(running, next), unreadable };
    unreadable = [];
  }
  return unreadable;
}

/** Waits for `running`; when it fails, the preparation under way is waited for too, so that nothing is left behind. */
async function settled<Result>(running: Promise<Result>, preparing: Promise<unknown>): Promise<Result> {
  const [result] = await Promise.allSettled([running, preparing]);
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

async function prepareFiles(extractor: FeatureExtractor, files: readonly string[]) {
  const [read, prepared, unreadable]: [string[], Float32Array[], UnreadableFile[]] = [[], [], []];
  for (const file of files) {
    try {
      const image = await decodeStoredRgb(await readFile(file));
      prepared.push(extractor.prepare(image));
      read.push(file);
    } catch (thrown) {
      unreadable.push({ file, reason: toMezzotintError(thrown).message });
    }
  }
  return { files: read, prepared, unreadable };
}
