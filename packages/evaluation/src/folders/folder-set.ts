import { createHash } from "node:crypto";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { matrixRows } from "../metrics/matrix-rows.ts";
import type { Clip } from "../extractors/clip.ts";
import type { ExtractionTarget } from "../extractors/extract-files.ts";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import type { Head } from "../extractors/head.ts";
import type { Segmenter } from "../extractors/segmenter.ts";
import { gatherFolderFeatures, type GatherOptions } from "../extractors/gather-features.ts";
import type { ReadPicture, UnreadableFile } from "../extractors/prepare-files.ts";
import type { OpenExtractor } from "./open-extractor.ts";

/** The models a folder is shown to: the main one, CLIP, which may be the same, and what scores of labels and heads need. */
export interface FolderExtractors {
  readonly main: OpenExtractor;
  readonly clip: Clip | null;
  readonly segmenter: Segmenter | null;
  /** Judges CLIP's features, or the main ones without CLIP. */
  readonly head: Head | null;
}

/** A folder of pictures as the models see it. */
export interface FolderSet {
  readonly pictures: readonly ReadPicture[];
  readonly unreadable: readonly UnreadableFile[];
  /** SHA-256 over the hashes of the pictures, whatever their names and order. */
  readonly hash: string;
  readonly features: Matrix;
  /** Null without CLIP. */
  readonly clipFeatures: Matrix | null;
  /** Null unless asked for. */
  readonly logits: Matrix | null;
  /** The label map of each picture; null without a segmenter. */
  readonly labels: readonly Float32Array[] | null;
}

interface FolderSetOptions extends Omit<GatherOptions, "targets"> {
  readonly extractors: FolderExtractors;
  /** The output of class logits that is wanted too, or null. */
  readonly logits: string | null;
}

/** Shows all pictures of a folder to the models, each file read once. Throws as `gatherFolderFeatures`. */
export async function gatherFolderSet(folder: string, options: FolderSetOptions): Promise<FolderSet> {
  const { extractors, logits, ...rest } = options;
  const { extractor } = extractors.main;
  const separate: FeatureExtractor | null = extractors.clip === extractor ? null : extractors.clip;
  const { segmenter } = extractors;
  const targets: ExtractionTarget[] = [
    { extractor, outputs: [extractor.features, ...(logits === null ? [] : [logits])] },
    ...(separate === null ? [] : [{ extractor: separate, outputs: [separate.features] }]),
    ...(segmenter === null ? [] : [{ extractor: segmenter, outputs: [segmenter.features] }]),
  ];
  const { pictures, unreadable, outputs } = await gatherFolderFeatures(folder, { targets, ...rest });
  const features = outputs[0]?.[0];
  if (features === undefined) throw new MezzotintError("INTERNAL", `${folder}: no features were gathered`);
  return {
    pictures,
    unreadable,
    hash: hashPictures(pictures),
    features,
    clipFeatures: separate === null ? (extractors.clip === null ? null : features) : (outputs[1]?.[0] ?? null),
    logits: outputs[0]?.[1] ?? null,
    labels: segmenter === null ? null : labelRows(outputs.at(-1)?.[0]),
  };
}

function labelRows(labels: Matrix | undefined): readonly Float32Array[] {
  if (labels === undefined) throw new MezzotintError("INTERNAL", "folder: no label maps were gathered");
  return matrixRows(labels);
}

function hashPictures(pictures: readonly ReadPicture[]): string {
  const hash = createHash("sha256");
  for (const sha256 of pictures.map((picture) => picture.sha256).toSorted()) hash.update(`${sha256}\n`);
  return hash.digest("hex");
}

/** The names of files that could not be read, sorted, as protocols list them. */
export function unreadableNames(unreadable: readonly UnreadableFile[]): string[] {
  return unreadable.map(({ file }) => path.basename(file)).toSorted();
}
