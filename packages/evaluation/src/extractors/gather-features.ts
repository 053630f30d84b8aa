import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { extractFiles, listImageFiles, type UnreadableFile } from "./image-files.ts";

export interface FolderFeatures {
  readonly files: readonly string[];
  /** f32 [n, dimensions], in the order of `files`. */
  readonly features: Matrix;
  readonly unreadable: readonly UnreadableFile[];
}

/** The features of all pictures of a folder. Throws NOT_FOUND for an empty folder, INVALID_INPUT when none can be read. */
export async function gatherFolderFeatures(extractor: FeatureExtractor, folder: string): Promise<FolderFeatures> {
  const all = await listImageFiles(folder);
  const { dimensions } = extractor.protocol;
  const data = new Float32Array(all.length * dimensions);
  const files: string[] = [];
  const unreadable: UnreadableFile[] = [];
  const batches = extractFiles(extractor, all);
  for (let step = await batches.next(); ; step = await batches.next()) {
    if (step.done === true) {
      unreadable.push(...step.value);
      break;
    }
    data.set(step.value.features.data, files.length * dimensions);
    files.push(...step.value.files);
    unreadable.push(...step.value.unreadable);
  }
  if (files.length === 0) {
    const reason = unreadable[0]?.reason ?? "no reason was given";
    throw new MezzotintError("INVALID_INPUT", `pictures: 0 of ${all.length} files could be read: ${reason}`);
  }
  const features = matrix(files.length, dimensions, data.slice(0, files.length * dimensions));
  return { files, features, unreadable };
}
