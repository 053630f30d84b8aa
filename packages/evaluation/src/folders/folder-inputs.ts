import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { canonicalJson, sha256Hex } from "@mezzotint/contracts/json";
import { METRIC_FACTS, type MetricFacts } from "@mezzotint/contracts/metric";
import type { Protocol } from "@mezzotint/contracts/protocol";
import path from "node:path";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import type { ReadPicture } from "../extractors/prepare-files.ts";
import { pairedCosines } from "../metrics/clip-score.ts";
import { selectRows } from "../metrics/select-rows.ts";
import type { MetricInput, ReferenceSet } from "../score/metric-input.ts";
import { unreadableNames, type FolderExtractors, type FolderSet } from "./folder-set.ts";
import { METRIC_PLANS, type MetricPlan } from "./metric-plans.ts";
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
}

interface FolderInput {
  readonly input: MetricInput;
  readonly protocol: Protocol;
}

/** A metric asked of a folder. */
interface Asked {
  readonly metric: MetricId;
  readonly material: FolderMaterial;
  /** Names by which pictures depend on each other: their prompts, or their files when those are not known. */
  readonly prompts: readonly string[];
  readonly protocol: (extractor: FeatureExtractor, reference: string | null, n?: number) => Protocol;
}

type Build = (asked: Asked) => FolderInput | Promise<FolderInput>;

/** What a metric is scored from, and under which protocol. Throws UNSUPPORTED with what is missing. */
export async function folderInput(
  metric: MetricId,
  material: FolderMaterial,
  convention: string | null,
): Promise<FolderInput> {
  const { extractors, images } = material;
  const { main } = extractors;
  const { conventions }: MetricFacts = METRIC_FACTS[metric];
  return BUILD[METRIC_PLANS[metric]]({
    metric,
    material,
    prompts: material.words?.prompts ?? images.pictures.map(({ file }) => file),
    protocol: (extractor, reference, n = images.pictures.length) => ({
      metric,
      variant: main.kind === "inception" && extractor === main.extractor ? main.protocol : null,
      extractor: extractor.protocol.weights,
      preprocessing: extractor.protocol.preprocessing,
      dimensions: extractor.protocol.dimensions,
      reference,
      n,
      convention: convention ?? conventions[0] ?? null,
      unreadable: unreadableNames(images.unreadable),
    }),
  });
}

const buildFromFeatures: Build = ({ metric, material, prompts, protocol }) => {
  const { images, extractors } = material;
  const reference = referenceSet(metric, material);
  return {
    input: { from: "features", samples: images.features, reference, prompts },
    protocol: protocol(extractors.main.extractor, hashOf(material)),
  };
};

const BUILD: Readonly<Record<MetricPlan, Build>> = {
  features: buildFromFeatures,
  "features-or-statistics": buildFromFeatures,
  "inception-features": (asked) => {
    if (asked.material.extractors.main.kind === "inception") return buildFromFeatures(asked);
    throw unsupported(asked.metric, "is of Inception's features; on others ask for frechet-distance");
  },
  "clip-features": ({ metric, material, prompts, protocol }) => {
    const { clip, own } = clipOf(metric, material);
    const other = isSet(material.reference) ? material.reference.clipFeatures : null;
    if (other === null) throw unsupported(metric, "needs a folder of reference pictures");
    return {
      input: { from: "features", samples: own, reference: { features: other }, prompts },
      protocol: protocol(clip, hashOf(material)),
    };
  },
  "own-features": ({ material, prompts, protocol }) => ({
    input: { from: "own-features", samples: material.images.features, prompts },
    protocol: protocol(material.extractors.main.extractor, null),
  }),
  "class-logits": ({ metric, material, prompts, protocol }) => {
    const { logits } = material.images;
    if (logits === null) throw unsupported(metric, "needs an Inception model with class logits");
    return {
      input: { from: "class-logits", samples: logits, prompts },
      protocol: protocol(material.extractors.main.extractor, null),
    };
  },
  "clip-texts": async ({ metric, material, protocol }) => {
    const { clip, own } = clipOf(metric, material);
    const { words, texts } = material;
    if (words === null || texts === null) throw unsupported(metric, "needs the prompt of every picture");
    const { prompts } = words;
    const values = pairedCosines(own, texts.embeddings);
    const reference = await sha256Hex(canonicalJson([...new Set(prompts)].toSorted()));
    return { input: { from: "picture-values", values, prompts }, protocol: protocol(clip, reference) };
  },
  "paired-features": ({ metric, material, prompts, protocol }) => {
    const { images, reference, extractors } = material;
    if (!isSet(reference)) throw unsupported(metric, "needs a folder of reference pictures of the same names");
    const pairs = pairByName(images.pictures, reference.pictures);
    const [own, other] = [pairs.map(([row]) => row), pairs.map(([, row]) => row)];
    const values = pairedCosines(selectRows(images.features, own), selectRows(reference.features, other));
    return {
      input: { from: "picture-values", values, prompts: own.map((row) => prompts[row] as string) },
      protocol: protocol(extractors.main.extractor, reference.hash, pairs.length),
    };
  },
  "more-than-folders": ({ metric }) => {
    throw unsupported(metric, "needs more than folders of pictures");
  },
};

function clipOf(metric: MetricId, { extractors, images }: FolderMaterial) {
  if (extractors.clip !== null && images.clipFeatures !== null) {
    return { clip: extractors.clip, own: images.clipFeatures };
  }
  throw unsupported(metric, "needs a CLIP folder");
}

function unsupported(metric: MetricId, what: string): MezzotintError {
  return new MezzotintError("UNSUPPORTED", `${METRIC_FACTS[metric].title} ${what}`);
}

function isSet(reference: FolderMaterial["reference"]): reference is FolderSet {
  return reference !== null && "features" in reference;
}

function hashOf({ reference }: FolderMaterial): string | null {
  if (reference === null) return null;
  return isSet(reference) ? reference.hash : reference.reference;
}

function referenceSet(metric: MetricId, { reference, extractors }: FolderMaterial): ReferenceSet {
  if (reference === null) throw unsupported(metric, "needs a reference");
  if (isSet(reference)) return { features: reference.features };
  const { weights, preprocessing } = extractors.main.extractor.protocol;
  if (reference.weights !== null && reference.weights !== weights) {
    const found = `${reference.weights.slice(0, 12)}, the extractor has ${weights.slice(0, 12)}`;
    throw new MezzotintError("INVALID_INPUT", `not comparable: the reference was made with weights ${found}`);
  }
  if (reference.preprocessing !== null && reference.preprocessing !== preprocessing) {
    const found = `"${reference.preprocessing}", the extractor has "${preprocessing}"`;
    throw new MezzotintError("INVALID_INPUT", `not comparable: the reference was made with preprocessing ${found}`);
  }
  return { statistics: reference.statistics };
}

/** Rows of pictures whose names, without extension, are the same. Throws INVALID_INPUT when none are. */
function pairByName(images: readonly ReadPicture[], others: readonly ReadPicture[]): (readonly [number, number])[] {
  const nameOf = ({ file }: ReadPicture): string => path.parse(file).name;
  const rows = new Map(others.map((picture, row) => [nameOf(picture), row]));
  const pairs = images.flatMap((picture, row) => {
    const other = rows.get(nameOf(picture));
    return other === undefined ? [] : [[row, other] as const];
  });
  if (pairs.length > 0) return pairs;
  const found = `${images.length} and ${others.length} pictures share 0 names`;
  throw new MezzotintError("INVALID_INPUT", `not comparable: ${found}`);
}
