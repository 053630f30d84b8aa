import { createHash } from "node:crypto";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { canonicalJson } from "@mezzotint/contracts/json";
import type { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import { pairedCosines } from "@mezzotint/evaluation/metrics/clip-score";
import type { MetricInput } from "@mezzotint/evaluation/score/metric-input";
import { promptClassHits } from "@mezzotint/evaluation/score/prompt-class-hits";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { KitExtractor } from "./kit.ts";

/** The pictures of a run that could be read, all arrays in their order. */
export interface Samples {
  readonly imageIds: readonly string[];
  readonly promptIndices: readonly number[];
  readonly texts: readonly string[];
  readonly vectors: readonly Float32Array[];
}

interface Material {
  readonly extractor: KitExtractor;
  readonly samples: Samples;
  readonly reference: readonly (Float32Array | null)[];
  /** The class of each reference picture, where it is known. */
  readonly referenceGroups: readonly (string | null)[];
  readonly prompts: readonly PromptSetPrompt[];
  readonly convention: string | null;
}

/** What a metric is scored from, and the hash of what the pictures are held against. */
interface PreparedInput {
  readonly input: MetricInput;
  readonly reference: string | null;
  /** The pictures in the order of the input. */
  readonly imageIds: readonly string[];
}

/** Throws INVALID_INPUT where the pictures or the reference give no input for the metric. */
export async function inputOf(metric: MetricId, material: Material): Promise<PreparedInput> {
  const { samples } = material;
  if (samples.vectors.length === 0) throw new MezzotintError("INVALID_INPUT", "No picture of the run could be read.");
  const { texts: prompts, imageIds } = samples;
  switch (metric) {
    case "clip-score":
      return cosineInput(material);
    case "diversity":
    case "near-duplicate-rate":
      return {
        input: { from: "own-features", samples: toMatrix(samples.vectors), prompts },
        reference: null,
        imageIds,
      };
    case "inception-score":
      return {
        input: { from: "class-logits", samples: toMatrix(samples.vectors), prompts },
        reference: null,
        imageIds,
      };
    case "prompt-class-accuracy":
      return promptClassInput(material);
    default:
      return referenceInput(material);
  }
}

async function cosineInput({ extractor, samples, prompts }: Material): Promise<PreparedInput> {
  if (extractor.kind !== "clip") throw new MezzotintError("INVALID_INPUT", "CLIP score needs a CLIP model.");
  const { embeddings } = await extractor.extractor.embedTexts(prompts.map(({ text }) => text));
  const { columns, data } = embeddings;
  const texts = samples.promptIndices.map((index) =>
    Float32Array.from(data.subarray(index * columns, (index + 1) * columns)),
  );
  const values = pairedCosines(toMatrix(samples.vectors), toMatrix(texts));
  const reference = sha256(canonicalJson(prompts.map(({ text }) => text)));
  return { input: { from: "picture-values", values, prompts: samples.texts }, reference, imageIds: samples.imageIds };
}

/** Only pictures whose prompt names a class of the segmenter are judged. */
function promptClassInput(material: Material): PreparedInput {
  const { extractor, samples, reference, referenceGroups, prompts, convention } = material;
  if (extractor.kind !== "segmenter")
    throw new MezzotintError("INVALID_INPUT", "Prompt-class accuracy needs a segmenter.");
  const { classes } = extractor.extractor;
  const real = reference.flatMap((map, place) =>
    map === null ? [] : [{ map, group: referenceGroups[place] ?? null }],
  );
  const { rows, values, ceiling } = promptClassHits(
    { maps: samples.vectors, wanted: samples.promptIndices.map((index) => prompts[index]?.group ?? null) },
    { maps: real.map(({ map }) => map), wanted: real.map(({ group }) => group) },
    { classes: extractor.extractor, convention },
  );
  if (rows.length === 0) {
    const message = `None of ${prompts.length} prompts names a class: a prompt's group must be one of ${classes.join(", ")}.`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  return {
    input: {
      from: "picture-values",
      values,
      prompts: rows.map((row) => samples.texts[row] ?? ""),
      ...(ceiling !== undefined && { ceiling }),
    },
    reference: sha256(canonicalJson(prompts.map(({ text, group }) => [text, group]))),
    imageIds: rows.map((row) => samples.imageIds[row] ?? ""),
  };
}

function referenceInput({ samples, reference }: Material): PreparedInput {
  const vectors = reference.filter((vector) => vector !== null);
  if (vectors.length === 0) {
    const message = "There are no real pictures to hold these against: put some into reference/pictures of a pack.";
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const features = toMatrix(vectors);
  return {
    input: { from: "features", samples: toMatrix(samples.vectors), reference: { features }, prompts: samples.texts },
    reference: sha256(new Uint8Array(features.data.buffer)),
    imageIds: samples.imageIds,
  };
}

function toMatrix(rows: readonly Float32Array[]): Matrix {
  const columns = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * columns);
  rows.forEach((row, place) => data.set(row, place * columns));
  return matrix(rows.length, columns, data);
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
