import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { extractFiles, type ExtractionTarget } from "./extract-files.ts";
import { listImageFiles } from "./image-files.ts";
import type { PreparationPool } from "./preparation-pool.ts";
import type { ReadPicture, UnreadableFile } from "./prepare-files.ts";

export interface FolderFeatures {
  readonly pictures: readonly ReadPicture[];
  /** For each target, for each of its outputs: f32 [n, length] in the order of `pictures`. */
  readonly outputs: readonly (readonly Matrix[])[];
  readonly unreadable: readonly UnreadableFile[];
}

export interface GatherOptions {
  readonly targets: readonly ExtractionTarget[];
  readonly pool: PreparationPool;
  /** Told after every batch how many of how many files are done. */
  readonly onProgress?: (done: number, files: number) => void;
}

/** What models say of all pictures of a folder. Throws NOT_FOUND for an empty one, INVALID_INPUT when none can be read. */
export async function gatherFolderFeatures(folder: string, options: GatherOptions): Promise<FolderFeatures> {
  const { targets, pool, onProgress } = options;
  const files = await listImageFiles(folder);
  const gathered = targets.map(({ extractor, outputs }) =>
    outputs.map((name) => new Float32Array(files.length * (extractor.outputs.get(name) ?? 0))),
  );
  const pictures: ReadPicture[] = [];
  const unreadable: UnreadableFile[] = [];
  for await (const batch of extractFiles(files, targets, pool)) {
    batch.outputs.forEach((outputs, target) =>
      outputs.forEach(({ data, columns }, output) => {
        gathered[target]?.[output]?.set(data, pictures.length * columns);
      }),
    );
    pictures.push(...batch.pictures);
    unreadable.push(...batch.unreadable);
    onProgress?.(pictures.length + unreadable.length, files.length);
  }
  if (pictures.length === 0) {
    const reason = unreadable[0]?.reason ?? "no reason was given";
    throw new MezzotintError("INVALID_INPUT", `pictures: 0 of ${files.length} files could be read: ${reason}`);
  }
  const outputs = gathered.map((arrays) =>
    arrays.map((data) => {
      const columns = data.length / files.length;
      return matrix(pictures.length, columns, data.subarray(0, pictures.length * columns));
    }),
  );
  return { pictures, outputs, unreadable };
}
