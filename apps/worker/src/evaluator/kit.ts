import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { openClip, type Clip } from "@mezzotint/evaluation/extractors/clip";
import type { ExtractorProtocol, FeatureExtractor } from "@mezzotint/evaluation/extractors/feature-extractor";
import { listImageFiles } from "@mezzotint/evaluation/extractors/image-files";
import { openInception } from "@mezzotint/evaluation/extractors/inception";
import { canonicalJson } from "@mezzotint/contracts/json";
import type { EvaluatorSettings } from "./protocol.ts";

/** A file of a real picture. */
export interface ReferenceFile {
  readonly key: string;
  readonly file: string;
}

/** An extractor by what it is good for: CLIP judges words and pictures, Inception is what FID is defined with. */
export type KitExtractor =
  | { readonly id: string; readonly kind: "clip"; readonly extractor: Clip }
  | { readonly id: string; readonly kind: "inception"; readonly extractor: FeatureExtractor };

export interface Kit {
  readonly extractors: readonly KitExtractor[];
  /** Real pictures that came with a pack, the first pack's that has any; by name. */
  readonly reference: readonly ReferenceFile[];
}

const INCEPTION = "inception-fid";
const PACK_CLIP = "clip";
const PACK_REFERENCE = path.join("reference", "pictures");

/**
 * What there is to evaluate with among the model folders: packs with a `clip` folder (and real pictures in
 * `reference/pictures`), CLIP folders as published, and `inception-fid`. A folder that cannot be opened throws: a score
 * without it would be another score.
 */
export async function openKit({ modelFolders, threads }: EvaluatorSettings): Promise<Kit> {
  const folders = (await Promise.all(modelFolders.map(foldersIn))).flat();
  const extractors: KitExtractor[] = [];
  let reference: readonly ReferenceFile[] = [];
  for (const folder of folders) {
    const pack = path.join(folder, PACK_CLIP);
    for (const place of [pack, folder]) {
      if (await isClip(place)) extractors.push(await named("clip", openClip(place, { threads })));
    }
    if (path.basename(folder) === INCEPTION) {
      extractors.push(await named("inception", openInception(folder, { protocol: "pytorch-fid", threads })));
    }
    if (reference.length === 0) reference = await referenceIn(path.join(folder, PACK_REFERENCE));
  }
  // A copied folder is the same extractor twice.
  const unique = extractors.filter(({ id }, index) => extractors.findIndex((other) => other.id === id) === index);
  return { extractors: unique, reference };
}

async function named<Kind extends "clip" | "inception", Extractor extends FeatureExtractor>(
  kind: Kind,
  opening: Promise<Extractor>,
): Promise<{ id: string; kind: Kind; extractor: Extractor }> {
  const extractor = await opening;
  return { id: extractorId(extractor.protocol), kind, extractor };
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
  return Promise.all(
    (await listImageFiles(folder)).map(async (file) => {
      const key = createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
      return { key, file };
    }),
  );
}
