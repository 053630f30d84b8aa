import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { byOutput, openClassifier } from "@mezzotint/evaluation/extractors/classifier";
import { openClip, type Clip } from "@mezzotint/evaluation/extractors/clip";
import type { ExtractorProtocol, FeatureExtractor } from "@mezzotint/evaluation/extractors/feature-extractor";
import { listImageFiles } from "@mezzotint/evaluation/extractors/image-files";
import { openInception } from "@mezzotint/evaluation/extractors/inception";
import { openSegmenter, type Segmenter } from "@mezzotint/evaluation/extractors/segmenter";
import { readPictureMetadata } from "@mezzotint/evaluation/folders/picture-metadata";
import { canonicalJson } from "@mezzotint/contracts/json";
import type { EvaluatorSettings } from "./protocol.ts";

/** A file of a real picture. */
export interface ReferenceFile {
  readonly key: string;
  readonly file: string;
  /** The class of what it shows, where metadata.jsonl beside it says so. */
  readonly group: string | null;
}

/**
 * An extractor by what it is good for: CLIP judges words and pictures, Inception is what FID is defined with, a classifier
 * gives the logits of the Inception Score, a segmenter finds the class that a prompt names.
 */
export type KitExtractor =
  | { readonly id: string; readonly kind: "clip"; readonly extractor: Clip }
  | { readonly id: string; readonly kind: "inception"; readonly variant: string; readonly extractor: FeatureExtractor }
  | {
      readonly id: string;
      readonly kind: "classifier";
      readonly variant: string | null;
      /** Whether its logits are with bias. */
      readonly convention: "logits" | "logits-unbiased";
      readonly extractor: FeatureExtractor;
    }
  | { readonly id: string; readonly kind: "segmenter"; readonly extractor: Segmenter };

export interface Kit {
  readonly extractors: readonly KitExtractor[];
  /** Real pictures that came with a pack, the first pack's that has any; by name. */
  readonly reference: readonly ReferenceFile[];
}

const INCEPTION = "inception-fid";
const INCEPTION_PROTOCOL = "pytorch-fid";
const UNBIASED = "logits_unbiased";
const PACK_CLIP = "clip";
const PACK_CLASSIFIER = "classifier";
const PACK_SEGMENTER = "fcn";
const PACK_REFERENCE = path.join("reference", "pictures");

/**
 * What there is to evaluate with among the model folders: packs with folders `clip`, `classifier` and `fcn` (and real
 * pictures in `reference/pictures`), CLIP folders as published, and `inception-fid`. A folder that cannot be opened throws: a score
 * without it would be another score.
 */
export async function openKit({ modelFolders, threads }: EvaluatorSettings): Promise<Kit> {
  const folders = (await Promise.all(modelFolders.map(foldersIn))).flat();
  const extractors: KitExtractor[] = [];
  const add = (own: Unnamed): void => void extractors.push({ ...own, id: extractorId(own.extractor.protocol) });
  let reference: readonly ReferenceFile[] = [];
  for (const folder of folders) {
    const pack = path.join(folder, PACK_CLIP);
    for (const place of [pack, folder]) {
      if (await isClip(place)) add({ kind: "clip", extractor: await openClip(place, { threads }) });
    }
    if (path.basename(folder) === INCEPTION) for (const one of await openBoth(folder, threads)) add(one);
    const [classifier, segmenter] = [path.join(folder, PACK_CLASSIFIER), path.join(folder, PACK_SEGMENTER)];
    if (await isFile(path.join(classifier, "model.onnx"))) {
      const extractor = await openClassifier(classifier, { threads });
      add({ kind: "classifier", variant: null, convention: "logits", extractor });
    }
    if (await isFile(path.join(segmenter, "model.onnx"))) {
      add({ kind: "segmenter", extractor: await openSegmenter(segmenter, { threads }) });
    }
    if (reference.length === 0) reference = await referenceIn(path.join(folder, PACK_REFERENCE));
  }
  // A copied folder is the same extractor twice.
  const unique = extractors.filter(({ id }, index) => extractors.findIndex((other) => other.id === id) === index);
  return { extractors: unique, reference };
}

type WithoutId<One> = One extends unknown ? Omit<One, "id"> : never;
type Unnamed = WithoutId<KitExtractor>;

/** Inception's features, and its logits where the file gives them. */
async function openBoth(folder: string, threads: number): Promise<Unnamed[]> {
  const variant = INCEPTION_PROTOCOL;
  const extractor = await openInception(folder, { protocol: variant, threads });
  const features: Unnamed = { kind: "inception", variant, extractor };
  if (!extractor.outputs.has(UNBIASED)) return [features];
  const logits = byOutput(extractor, UNBIASED);
  return [features, { kind: "classifier", variant, convention: "logits-unbiased", extractor: logits }];
}

function extractorId({ weights, preprocessing, dimensions }: ExtractorProtocol): string {
  return createHash("sha256").update(canonicalJson({ weights, preprocessing, dimensions })).digest("hex");
}

async function foldersIn(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  return folders.map(({ name }) => path.join(parent, name)).toSorted();
}

async function isClip(folder: string): Promise<boolean> {
  const places = [".", "onnx"].map((place) => path.join(folder, place, "vision_model.onnx"));
  const found = await Promise.all([...places, path.join(folder, "preprocessor_config.json")].map(isFile));
  return (found[0] === true || found[1] === true) && found[2] === true;
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() === true;
}

async function referenceIn(folder: string): Promise<ReferenceFile[]> {
  if ((await stat(folder).catch(() => null)) === null) return [];
  const words = await readPictureMetadata(folder);
  return Promise.all(
    (await listImageFiles(folder)).map(async (file) => {
      const key = createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
      return { key, file, group: words?.get(path.basename(file))?.group ?? null };
    }),
  );
}
