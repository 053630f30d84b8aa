import { readFile } from "node:fs/promises";
import path from "node:path";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import { MODULE_NAMES, type ModuleName, type PackPlan } from "../recipes/pack-plan.ts";
import { SHEET_PROMPTS } from "../recipes/prompt-sheet.ts";
import type { TrainProgress } from "../trainer/progress.ts";

export interface ModelCardOptions {
  readonly plan: PackPlan;
  /** Where the modules were trained. */
  readonly folder: string;
  readonly data: PackedDataSet;
  readonly seed: number;
  /** What a person saw in the samples, in Markdown. */
  readonly notes: string;
}

/** The README of a model folder: what it is, what it was trained on and how long, and under which licences. */
export async function modelCard({ plan, folder, data, seed, notes }: ModelCardOptions): Promise<string> {
  const rows = await Promise.all(MODULE_NAMES.map((module) => moduleRow(plan, module, folder)));
  return `# ${plan.name}

A latent diffusion model of ${plan.imageSide} x ${plan.imageSide} pixels for drawings of single things on white: text encoder, flow-matching
transformer and auto-encoder, trained apart by the recipes \`${plan.name}/*\` in packages/training and combined by
\`mezzotint train-export ${plan.name}\`. Weights are float16, arithmetic is float32.

## Training

| module | steps | batch | hours | last smoothed loss |
|---|--:|--:|--:|--:|
${rows.join("\n")}

Seed ${seed}. ${data.manifest.count} drawings (${data.manifest.skipped.length} more could not be drawn). Times are wall-clock hours on two shared cores.
The auto-encoder's loss is absolute error plus edges, the text encoder's the contrastive cross-entropy, the denoiser's the
mean squared error of the velocity in normalised latents.

## Data and licences

| set | licence | source |
|---|---|---|
${data.manifest.sources.map(({ name, licence, source }) => `| ${name} | ${licence} | ${source} |`).join("\n")}

Names and keywords come from emojibase-data (MIT), which carries the Unicode CLDR annotations (Unicode License v3).
The weights are licensed under Apache-2.0.

## What it can and cannot draw

![Samples](samples.png)

The sheet shows, from left to right and row by row, the averaged weights at the last step, 20 Euler steps, guidance 3, one noise
per prompt, nothing picked: ${SHEET_PROMPTS.join(", ")}.

${notes.trim()}
`;
}

async function moduleRow(plan: PackPlan, module: ModuleName, folder: string): Promise<string> {
  const { batchSize } = plan.plans[module];
  const last = await lastProgress(path.join(folder, module, "progress.jsonl"));
  const hours = (last.elapsedSeconds / 3600).toFixed(2);
  return `| ${module} | ${last.step} | ${batchSize} | ${hours} | ${last.smoothedLoss.toFixed(4)} |`;
}

async function lastProgress(file: string): Promise<TrainProgress> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  return JSON.parse(lines.at(-1) ?? "") as TrainProgress;
}
