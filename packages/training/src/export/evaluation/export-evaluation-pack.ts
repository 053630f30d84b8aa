import { cp, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { openClip } from "@mezzotint/evaluation/extractors/clip";
import { openSegmenter } from "@mezzotint/evaluation/extractors/segmenter";
import { listModelFiles } from "@mezzotint/onnx/model-file";
import type { PackedDataSet } from "../../data/packed-data-set.ts";
import { defaultTextTower } from "../../recipes/evaluation/clip-image.ts";
import { openCutouts } from "../../recipes/evaluation/cutouts.ts";
import { evaluationIdentity, type EvaluationPlan } from "../../recipes/evaluation/evaluation-plan.ts";
import { readPackTokenizer } from "../../recipes/pack-tokenizer.ts";
import { readTrained } from "../../recipes/trained-module.ts";
import { clipFigures, type ClipFigures } from "./clip-figures.ts";
import { evaluationCard } from "./evaluation-card.ts";
import { evaluationConfigurations } from "./evaluation-configurations.ts";
import { evaluationModels } from "./evaluation-models.ts";
import { writeReference } from "./reference-files.ts";
import { segmenterFigures, type SegmenterFigures } from "./segmenter-figures.ts";

export interface EvaluationExportOptions {
  readonly plan: EvaluationPlan;
  /** Where the recipes were trained. */
  readonly folder: string;
  readonly data: PackedDataSet;
  /** The model folder whose text encoder the picture encoder was trained against; the shipped one when absent. */
  readonly from?: string;
  readonly seed: number;
  readonly threads: number;
  /** The folder to write; what it held before is replaced. */
  readonly out: string;
}

/** How well the written pack reads drawings that it was not trained on. */
export interface EvaluationFigures {
  readonly clip: ClipFigures;
  readonly segmenter: SegmenterFigures;
}

/** The mark of an evaluation pack; a folder without it is not replaced. */
const MARK = "figures.json";

/**
 * Writes an evaluation pack: networks, reference pictures and statistics, figures on held-out drawings, model card and
 * checksums. All features and figures are computed by the written files themselves. Throws NOT_FOUND naming the recipe
 * that was not trained yet, and CONFLICT when `out` holds something that is no such pack.
 */
export async function exportEvaluationPack(options: EvaluationExportOptions): Promise<EvaluationFigures> {
  const { plan, folder, data, threads, out, from = defaultTextTower(plan) } = options;
  const clipImage = await readTrained(path.join(folder, "clip-image"), evaluationIdentity(plan, "clip-image"));
  const fcn = await readTrained(path.join(folder, "fcn"), evaluationIdentity(plan, "fcn"));
  const tokenizer = await readPackTokenizer(from, plan.text);
  const weights = { clipImage: clipImage.weights, fcn: fcn.weights, from, padding: tokenizer.padding };
  const models = evaluationModels(plan, weights);
  const cutouts = await openCutouts(folder, data);
  await refuseOtherFolder(out);
  await rm(out, { recursive: true, force: true });
  for (const [file, model] of Object.entries(models)) await write(path.join(out, file), model);
  for (const [file, content] of Object.entries(evaluationConfigurations(plan))) {
    await write(path.join(out, file), `${JSON.stringify(content, null, 2)}\n`);
  }
  for (const file of ["tokenizer.json", "tokenizer_config.json"]) {
    await cp(path.join(tokenizer.folder, file), path.join(out, "clip", file));
  }
  const figures = await measure(out, {
    threads,
    write: (extractor) => writeReference(out, { extractor, cutouts, licence: licenceOf(data) }),
    cutouts,
  });
  await write(path.join(out, MARK), `${JSON.stringify(figures, null, 2)}\n`);
  await write(path.join(out, "README.md"), evaluationCard({ ...options, figures, trained: { clipImage, fcn } }));
  await write(path.join(out, "checksums.json"), `${JSON.stringify(await checksums(out), null, 2)}\n`);
  return figures;
}

interface Measuring {
  readonly threads: number;
  readonly cutouts: Awaited<ReturnType<typeof openCutouts>>;
  readonly write: (extractor: Awaited<ReturnType<typeof openClip>>) => Promise<readonly number[]>;
}

async function measure(out: string, { threads, cutouts, write: writeFiles }: Measuring): Promise<EvaluationFigures> {
  const clip = await openClip(path.join(out, "clip"), { threads });
  const segmenter = await openSegmenter(path.join(out, "fcn"), { threads });
  try {
    const heldOut = await writeFiles(clip);
    return {
      clip: await clipFigures(clip, cutouts, heldOut),
      segmenter: await segmenterFigures(segmenter, cutouts, heldOut),
    };
  } finally {
    await Promise.all([clip.dispose(), segmenter.dispose()]);
  }
}

function licenceOf(data: PackedDataSet): string {
  return data.manifest.sources.map(({ name, licence }) => `${name} (${licence})`).join("; ");
}

async function refuseOtherFolder(out: string): Promise<void> {
  const names = await readdir(out).catch((thrown: unknown): string[] => {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return [];
    throw thrown;
  });
  if (names.length === 0 || names.includes(MARK)) return;
  const found = `holds ${names.length} entries and is no evaluation pack`;
  throw new MezzotintError("CONFLICT", `${out}: ${found}, so it is not replaced`);
}

/** SHA-256 of every file that a person may not want to edit. */
async function checksums(folder: string): Promise<Record<string, string>> {
  const files = await listModelFiles(folder);
  return Object.fromEntries(files.filter((file) => !file.path.endsWith(".md")).map((file) => [file.path, file.sha256]));
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
