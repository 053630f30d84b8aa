import { stat } from "node:fs/promises";
import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError, toPlainError, type PlainError } from "@mezzotint/contracts/errors";
import { protocolId, whyUnranked, type Protocol } from "@mezzotint/contracts/protocol";
import type { PreparationPool } from "../extractors/preparation-pool.ts";
import type { ReadPicture, UnreadableFile } from "../extractors/prepare-files.ts";
import { summariseFeatures } from "../metrics/feature-statistics.ts";
import type { ReferenceStatistics } from "../metrics/statistics-file.ts";
import type { Score } from "../score/score.ts";
import { scoreMetric } from "../score/score-metric.ts";
import { folderInput } from "./folder-inputs.ts";
import type { FolderMaterial } from "./folder-material.ts";
import { gatherFolderSet, type FolderExtractors, type FolderSet } from "./folder-set.ts";
import { METRIC_PLANS, USUAL_METRICS } from "./metric-plans.ts";
import { picturePrompts } from "./picture-prompts.ts";
import { readReferenceFile } from "./reference-file.ts";

export interface FolderRequest {
  /** A folder of pictures. */
  readonly images: string;
  /** A folder of pictures or a file of statistics to hold them against; null for none. */
  readonly reference: string | null;
  /** What to score; null for what is usual and possible. */
  readonly metrics: readonly MetricId[] | null;
  /** Conventions other than the usual ones. */
  readonly conventions: Readonly<Partial<Record<MetricId, string>>>;
  /** A file with the prompts; null to read them from the pictures. */
  readonly prompts: string | null;
  /** A folder of label maps of the same names as the pictures; null for none. */
  readonly labels: string | null;
  readonly extractors: FolderExtractors;
  readonly pool: PreparationPool;
  /** Told which folder is read, and how many of its files are done. */
  readonly onProgress?: (folder: string, done: number, files: number) => void;
}

/** A metric's score under its protocol, or why there is none. */
export type FolderResult =
  | {
      readonly metric: MetricId;
      readonly protocolId: string;
      readonly protocol: Protocol;
      readonly score: Score;
      /** Why it may be shown but not ranked, or null. */
      readonly unranked: string | null;
      readonly seconds: number;
    }
  | { readonly metric: MetricId; readonly error: PlainError };

export interface FolderReport {
  readonly pictures: readonly ReadPicture[];
  readonly unreadable: readonly UnreadableFile[];
  /** The reference's count and unreadable files; null without one. */
  readonly reference: { readonly count: number; readonly unreadable: readonly UnreadableFile[] } | null;
  /** Tokens that did not fit CLIP, over all prompts; null where no text was read. */
  readonly lostTokens: number | null;
  readonly results: readonly FolderResult[];
  /** The pictures' statistics, to be a reference for others. */
  readonly statistics: () => ReferenceStatistics;
}

/**
 * Scores a folder of pictures, each file read once whatever is asked of it. A metric that cannot be scored has its reason
 * in its place. Throws NOT_FOUND or INVALID_INPUT when the folders, the reference or the prompts cannot be read.
 */
export async function evaluateFolders(request: FolderRequest): Promise<FolderReport> {
  const { extractors, images: folder } = request;
  const material = await gatherMaterial(request);
  const { images, reference, texts } = material;
  const results: FolderResult[] = [];
  for (const metric of chosenMetrics(request, material)) results.push(await scoreFolder(metric, material, request));
  return {
    pictures: images.pictures,
    unreadable: images.unreadable,
    reference:
      reference === null
        ? null
        : "features" in reference
          ? { count: reference.pictures.length, unreadable: reference.unreadable }
          : { count: reference.statistics.count, unreadable: [] },
    lostTokens: texts?.lostTokens ?? null,
    results,
    statistics: () => {
      const { weights, preprocessing } = extractors.main.extractor.protocol;
      const source = `${images.pictures.length} pictures of ${folder.split(/[/\\]/).findLast((part) => part !== "")}`;
      return { statistics: summariseFeatures(images.features), weights, preprocessing, reference: images.hash, source };
    },
  };
}

const TEXT_METRICS: readonly MetricId[] = ["clip-score", "clip-directional"];

async function gatherMaterial(request: FolderRequest): Promise<FolderMaterial> {
  const { extractors, pool, onProgress } = request;
  const gather = (folder: string, logits: string | null): Promise<FolderSet> =>
    gatherFolderSet(folder, {
      extractors,
      pool,
      logits,
      ...(onProgress && { onProgress: (done, files) => onProgress(folder, done, files) }),
    });
  const images = await gather(request.images, logitsOutput(request));
  const allFiles = images.pictures.length + images.unreadable.length;
  const words = await picturePrompts(images.pictures, { file: request.prompts, allFiles });
  const wantsTexts = request.metrics?.some((metric) => TEXT_METRICS.includes(metric)) ?? true;
  const texts = words === null || !wantsTexts ? null : await embedPrompts(extractors, words.prompts);
  return {
    extractors,
    images,
    words,
    texts,
    labels: request.labels,
    reference: await readReference(request.reference, gather),
  };
}

async function readReference(
  place: string | null,
  gather: (folder: string, logits: null) => Promise<FolderSet>,
): Promise<FolderMaterial["reference"]> {
  if (place === null) return null;
  const found = await stat(place).catch(() => null);
  if (found === null) throw new MezzotintError("NOT_FOUND", `reference: there is no ${place}`);
  return found.isDirectory() ? gather(place, null) : readReferenceFile(place);
}

/** The output that the Inception Score reads: torch-fidelity's logits have no bias, as TensorFlow's published graph. */
function logitsOutput({ metrics, conventions, extractors }: FolderRequest): string | null {
  if (metrics?.includes("inception-score") !== true && extractors.main.kind !== "classifier") return null;
  if (extractors.main.kind === "classifier") return extractors.main.extractor.features;
  const name = conventions["inception-score"] === "logits" ? "logits" : "logits_unbiased";
  return extractors.main.extractor.outputs.has(name) ? name : null;
}

/** Every prompt is read once, however many pictures it has. */
async function embedPrompts({ clip }: FolderExtractors, prompts: readonly string[]): Promise<FolderMaterial["texts"]> {
  if (clip === null) return null;
  const different = [...new Set(prompts)];
  const { embeddings, lostTokens } = await clip.embedTexts(different);
  const rows = new Map(different.map((prompt, row) => [prompt, row]));
  const { columns, data } = embeddings;
  const spread = new Float32Array(prompts.length * columns);
  prompts.forEach((prompt, i) => {
    const row = rows.get(prompt) ?? 0;
    spread.set(data.subarray(row * columns, (row + 1) * columns), i * columns);
  });
  const lost = lostTokens.reduce((sum, tokens) => sum + tokens, 0);
  return { embeddings: { rows: prompts.length, columns, data: spread }, lostTokens: lost };
}

function chosenMetrics({ metrics, extractors }: FolderRequest, material: FolderMaterial): readonly MetricId[] {
  if (metrics !== null) return metrics;
  const withPictures = material.reference !== null && "features" in material.reference;
  const usual: readonly MetricId[] = USUAL_METRICS[extractors.main.kind];
  const possible = usual.filter((metric) => {
    const plan = METRIC_PLANS[metric];
    if (plan === "clip-texts") return material.texts !== null;
    if (plan === "class-logits") return true;
    if (metric === "fid" || metric === "frechet-distance") return material.reference !== null;
    return withPictures;
  });
  // What is usual and cannot be scored says why in its place.
  if (possible.length > 0) return usual;
  throw new MezzotintError(
    "INVALID_INPUT",
    `nothing to score without a reference and without prompts; name metrics among ${METRIC_IDS.join(", ")}`,
  );
}

async function scoreFolder(
  metric: MetricId,
  material: FolderMaterial,
  { conventions }: FolderRequest,
): Promise<FolderResult> {
  const startMs = performance.now();
  try {
    const convention = conventions[metric];
    const { input, protocol } = await folderInput(metric, material, convention ?? null);
    const score = scoreMetric(metric, input, convention === undefined ? {} : { convention });
    const seconds = (performance.now() - startMs) / 1_000;
    return {
      metric,
      protocolId: await protocolId(protocol),
      protocol,
      score,
      unranked: whyUnranked(protocol),
      seconds,
    };
  } catch (error) {
    return { metric, error: toPlainError(error) };
  }
}
