import path from "node:path";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { canonicalJson, sha256Hex } from "@mezzotint/contracts/json";
import { METRIC_FACTS, type MetricFacts } from "@mezzotint/contracts/metric";
import { directionalCosines } from "../metrics/directional-similarity.ts";
import { pairedCosines } from "../metrics/clip-score.ts";
import { selectRows } from "../metrics/select-rows.ts";
import type { ReferenceSet } from "../score/metric-input.ts";
import { buildFromLabelMaps, buildFromPromptClasses } from "./folder-label-inputs.ts";
import {
  isSet,
  pairByName,
  unsupported,
  type Build,
  type FolderInput,
  type FolderMaterial,
} from "./folder-material.ts";
import { unreadableNames, type FolderSet } from "./folder-set.ts";
import { readPictureMetadata } from "./picture-metadata.ts";
import { METRIC_PLANS, type MetricPlan } from "./metric-plans.ts";

/** What a metric is scored from, and under which protocol. Throws UNSUPPORTED with what is missing. */
export async function folderInput(
  metric: MetricId,
  material: FolderMaterial,
  convention: string | null,
): Promise<FolderInput> {
  const { extractors, images } = material;
  const { main } = extractors;
  const { conventions }: MetricFacts = METRIC_FACTS[metric];
  const usual = metric === "inception-score" && main.kind === "classifier" ? "logits" : conventions[0];
  const chosen = convention ?? usual ?? null;
  return BUILD[METRIC_PLANS[metric]]({
    metric,
    material,
    prompts: material.words?.prompts ?? images.pictures.map(({ file }) => file),
    convention: chosen,
    protocol: (extractor, reference, n = images.pictures.length) => ({
      metric,
      variant: main.kind === "inception" && extractor === main.extractor ? main.protocol : null,
      extractor: extractor.protocol.weights,
      preprocessing: extractor.protocol.preprocessing,
      dimensions: extractor.protocol.dimensions,
      reference,
      n,
      convention: chosen,
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
  "class-logits": ({ metric, material, prompts, convention, protocol }) => {
    const { logits } = material.images;
    if (material.extractors.main.kind === "classifier" && convention !== "logits") {
      throw unsupported(metric, `in convention ${convention} is of Inception's weights without bias`);
    }
    if (logits === null) throw unsupported(metric, "needs a classifier: a model with class logits");
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
  "clip-sources": async ({ metric, material, prompts, protocol }) => {
    const { clip, own } = clipOf(metric, material);
    const { images, reference, texts } = material;
    const sources = isSet(reference) ? await sourceWords(reference) : null;
    if (!isSet(reference) || reference.clipFeatures === null || sources === null || texts === null) {
      throw unsupported(metric, "needs prompts, and a reference folder of the sources with theirs in metadata.jsonl");
    }
    const pairs = pairByName(images.pictures, reference.pictures);
    const [rows, others] = [pairs.map(([row]) => row), pairs.map(([, row]) => row)];
    const { embeddings } = await clip.embedTexts(others.map((row) => sources[row] as string));
    const values = directionalCosines({
      images: selectRows(own, rows),
      sourceImages: selectRows(reference.clipFeatures, others),
      texts: selectRows(texts.embeddings, rows),
      sourceTexts: embeddings,
    });
    return {
      input: { from: "picture-values", values, prompts: rows.map((row) => prompts[row] as string) },
      protocol: protocol(clip, reference.hash, pairs.length),
    };
  },
  head: async ({ metric, material, prompts, protocol }) => {
    const { extractors, images } = material;
    const { head, clip, main } = extractors;
    if (head === null) throw unsupported(metric, "needs a head: an ONNX file from features to one value");
    const values = await head.judge(images.clipFeatures ?? images.features);
    return {
      input: { from: "picture-values", values, prompts },
      protocol: { ...protocol(clip ?? main.extractor, null), variant: `head ${head.weights}` },
    };
  },
  "prompt-class": buildFromPromptClasses,
  "label-maps": buildFromLabelMaps,
};

/** The prompts of source pictures, null unless all have one. */
async function sourceWords({ pictures }: FolderSet): Promise<readonly string[] | null> {
  const words = await readPictureMetadata(path.dirname(pictures[0]?.file ?? ""));
  const prompts = pictures.flatMap(({ file }) => words?.get(path.basename(file))?.prompt ?? []);
  return prompts.length === pictures.length ? prompts : null;
}

function clipOf(metric: MetricId, { extractors, images }: FolderMaterial) {
  if (extractors.clip !== null && images.clipFeatures !== null) {
    return { clip: extractors.clip, own: images.clipFeatures };
  }
  throw unsupported(metric, "needs a CLIP folder");
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
