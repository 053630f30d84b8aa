import { createHash } from "node:crypto";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { canonicalJson } from "@mezzotint/contracts/json";
import type { PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import { pairedCosines } from "@mezzotint/evaluation/metrics/clip-score";
import type { MetricInput } from "@mezzotint/evaluation/score/metric-input";
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
  readonly prompts: readonly PromptSetPrompt[];
}

/** What a metric is scored from, and the hash of what the pictures are held against. */
interface PreparedInput {
  readonly input: MetricInput;
  readonly reference: string | null;
}

/** Throws INVALID_INPUT where the pictures or the reference give no input for the metric. */
export async function inputOf(metric: MetricId, material: Material): Promise<PreparedInput> {
  const { samples } = material;
  if (samples.vectors.length === 0) throw new MezzotintError("INVALID_INPUT", "No picture of the run could be read.");
  const prompts = samples.texts;
  switch (metric) {
    case "clip-score":
      return cosineInput(material);
    case "diversity":
    case "near-duplicate-rate":
      return { input: { from: "own-features", samples: toMatrix(samples.vectors), prompts }, reference: null };
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
  return { input: { from: "picture-values", values, prompts: samples.texts }, reference };
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
