import path from "node:path";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import type { Protocol } from "@mezzotint/contracts/protocol";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import type { MetricInput } from "../score/metric-input.ts";
import type { FolderExtractors, FolderSet } from "./folder-set.ts";
import type { PicturePrompts } from "./picture-prompts.ts";
import type { ReadStatistics } from "./reference-file.ts";

/** Everything that scores of one folder are made from. */
export interface FolderMaterial {
  readonly extractors: FolderExtractors;
  readonly images: FolderSet;
  /** The other folder, the file of statistics instead, or nothing to hold the pictures against. */
  readonly reference: FolderSet | ReadStatistics | null;
  /** The prompts of the pictures, or null when they are not known. */
  readonly words: PicturePrompts | null;
  /** CLIP's embeddings of the prompts [n, d], with how many tokens of all were cut off; null unless asked for. */
  readonly texts: { readonly embeddings: Matrix; readonly lostTokens: number } | null;
  /** A folder of label maps of the pictures' names, or null. */
  readonly labels: string | null;
}

export interface FolderInput {
  readonly input: MetricInput;
  readonly protocol: Protocol;
}

/** A metric asked of a folder. */
export interface Asked {
  readonly metric: MetricId;
  readonly material: FolderMaterial;
  /** Names by which pictures depend on each other: their prompts, or their files when those are not known. */
  readonly prompts: readonly string[];
  readonly convention: string | null;
  readonly protocol: (extractor: FeatureExtractor, reference: string | null, n?: number) => Protocol;
}

export type Build = (asked: Asked) => FolderInput | Promise<FolderInput>;

export function unsupported(metric: MetricId, what: string): MezzotintError {
  return new MezzotintError("UNSUPPORTED", `${METRIC_FACTS[metric].title} ${what}`);
}

export function isSet(reference: FolderMaterial["reference"]): reference is FolderSet {
  return reference !== null && "features" in reference;
}

interface Named {
  readonly file: string;
}

/** Rows of pictures whose names, without extension, are the same. Throws INVALID_INPUT when none are. */
export function pairByName(images: readonly Named[], others: readonly Named[]): (readonly [number, number])[] {
  const nameOf = ({ file }: Named): string => path.parse(file).name;
  const rows = new Map(others.map((picture, row) => [nameOf(picture), row]));
  const pairs = images.flatMap((picture, row) => {
    const other = rows.get(nameOf(picture));
    return other === undefined ? [] : [[row, other] as const];
  });
  if (pairs.length > 0) return pairs;
  const found = `${images.length} and ${others.length} pictures share 0 names`;
  throw new MezzotintError("INVALID_INPUT", `not comparable: ${found}`);
}
