import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { FeatureExtractor } from "./feature-extractor.ts";
import type { PreparationPool } from "./preparation-pool.ts";
import type { PreparedFiles, ReadPicture, UnreadableFile } from "./prepare-files.ts";

/** Batches a thread may be ahead of the models: enough to outlast its waiting for a core that others use too. */
const BATCHES_AHEAD = 6;

/** A model to ask and which of its outputs are wanted. */
export interface ExtractionTarget {
  readonly extractor: FeatureExtractor;
  readonly outputs: readonly string[];
}

/** What the models said of some pictures, and the files that gave none; both go into the protocol of a score. */
export interface ExtractedBatch {
  readonly pictures: readonly ReadPicture[];
  /** For each target, for each of its outputs: f32 [pictures, length]. */
  readonly outputs: readonly (readonly Matrix[])[];
  readonly unreadable: readonly UnreadableFile[];
}

/**
 * Features of picture files, batch by batch in order. Every file is read once for all targets, and prepared on other
 * threads while the models run; at most six batches a thread are ahead of them, so memory does not grow with the files. A
 * batch in which no file could be read has no pictures.
 */
export async function* extractFiles(
  files: readonly string[],
  targets: readonly ExtractionTarget[],
  pool: PreparationPool,
): AsyncGenerator<ExtractedBatch> {
  const batchSize = Math.min(...targets.map(({ extractor }) => extractor.batchSize));
  const preparations = targets.map(({ extractor }) => extractor.preparation);
  const ahead: Promise<PreparedFiles>[] = [];
  let start = 0;
  const fill = (): void => {
    for (; ahead.length < BATCHES_AHEAD * pool.threads && start < files.length; start += batchSize) {
      ahead.push(pool.prepare(files.slice(start, start + batchSize), preparations));
    }
  };
  try {
    for (fill(); ahead.length > 0; fill()) {
      const { pictures, inputs, unreadable } = await (ahead.shift() as Promise<PreparedFiles>);
      fill();
      const outputs: (readonly Matrix[])[] = [];
      for (const [i, { extractor, outputs: names }] of targets.entries()) {
        outputs.push(pictures.length === 0 ? [] : await extractor.runOutputs(inputs[i] ?? [], names));
      }
      yield { pictures, outputs, unreadable };
    }
  } finally {
    // When the caller stops early, what is under way fails nobody.
    await Promise.allSettled(ahead);
  }
}
