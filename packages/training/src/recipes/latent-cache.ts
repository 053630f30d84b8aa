import { MezzotintError } from "@mezzotint/contracts/errors";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { encode } from "../models/auto-encoder.ts";
import { openForward } from "./forward-session.ts";
import { latentSide, type PackPlan } from "./pack-plan.ts";
import { readTrainedModule, type TrainedModule } from "./trained-module.ts";
import { toPlanes } from "./picture-sheet.ts";
import type { RecipeContext } from "./recipe.ts";

/** Mean and standard deviation of each latent channel over the data set. */
const LatentStatistics = z.object({
  step: z.int(),
  count: z.int(),
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
});
export type LatentStatistics = z.infer<typeof LatentStatistics>;

export interface LatentCache {
  readonly statistics: LatentStatistics;
  readonly count: number;
  /** Values of one picture's latents: channels * side * side. */
  readonly volume: number;
  /** Latents of picture `index`, f32[channels, side, side], each channel brought to mean 0 and deviation 1. */
  latents(index: number): Float32Array;
}

const BATCH = 64;

function cacheFiles(folder: string) {
  return { values: path.join(folder, "latents.bin"), statistics: path.join(folder, "latents.json") };
}

/** Latents of every picture as they were cached for training. Throws NOT_FOUND before the text encoder was trained. */
export async function readLatentCache(plan: PackPlan, folder: string): Promise<LatentCache> {
  const stored = await readStored(cacheFiles(folder));
  if (stored !== undefined) return wrap(stored, latentVolume(plan));
  throw new MezzotintError(
    "NOT_FOUND",
    `${folder}: no latents here; run mezzotint train ${plan.name}/text-encoder first`,
  );
}

function latentVolume(plan: PackPlan): number {
  return plan.autoEncoder.latentChannels * latentSide(plan) ** 2;
}

/** Latents of every picture by the trained encoder's averaged weights, computed once per auto-encoder checkpoint. */
export async function openLatentCache(plan: PackPlan, context: RecipeContext): Promise<LatentCache> {
  const trained = await readTrainedModule(context.folder, plan, "auto-encoder");
  const volume = latentVolume(plan);
  const files = cacheFiles(context.folder);
  const stored = await readStored(files);
  const isCurrent = stored?.statistics.step === trained.step && stored.values.length === context.data.count * volume;
  if (isCurrent) return wrap(stored, volume);
  context.onNotice(`encoding ${context.data.count} pictures into latents`);
  const raw = await encodeAll(plan, context, trained);
  const statistics = { step: trained.step, count: context.data.count, ...normalize(raw, plan) };
  await writeFile(files.values, new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength));
  await writeFile(files.statistics, `${JSON.stringify(statistics)}\n`);
  return wrap({ values: raw, statistics }, volume);
}

interface StoredLatents {
  readonly values: Float32Array;
  readonly statistics: LatentStatistics;
}

function wrap({ values, statistics }: StoredLatents, volume: number): LatentCache {
  return {
    statistics,
    volume,
    count: values.length / volume,
    latents: (index) => values.subarray(index * volume, (index + 1) * volume),
  };
}

async function readStored(files: ReturnType<typeof cacheFiles>): Promise<StoredLatents | undefined> {
  try {
    const statistics = LatentStatistics.parse(JSON.parse(await readFile(files.statistics, "utf8")));
    const bytes = await readFile(files.values);
    return {
      statistics,
      values: new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
    };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function encodeAll(
  plan: PackPlan,
  { data, threads }: RecipeContext,
  { weights }: TrainedModule,
): Promise<Float32Array> {
  const side = plan.imageSide;
  const forward = await openForward({
    threads,
    build: (graph, p) => {
      const pixels = graph.input("pixels", "float32", ["batch", 3, side, side]);
      return { latents: encode(p.scope("encoder"), pixels, plan.autoEncoder) };
    },
  });
  const volume = latentVolume(plan);
  const all = new Float32Array(data.count * volume);
  for (let start = 0; start < data.count; start += BATCH) {
    const rows = Math.min(BATCH, data.count - start);
    const pixels = new Float32Array(rows * 3 * side * side);
    for (let row = 0; row < rows; row++) toPlanes(data.pixels(start + row), pixels.subarray(row * 3 * side * side));
    const { latents } = await forward.run(weights, {
      pixels: { dtype: "float32", shape: [rows, 3, side, side], data: pixels },
    });
    all.set(latents, start * volume);
  }
  await forward.release();
  return all;
}

/** Brings each channel to mean 0 and deviation 1 in place and returns what was taken out. */
function normalize(values: Float32Array, plan: PackPlan): { readonly mean: number[]; readonly deviation: number[] } {
  const channels = plan.autoEncoder.latentChannels;
  const area = latentSide(plan) ** 2;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let index = 0; index < values.length; index++) {
    const channel = Math.floor(index / area) % channels;
    const value = values[index] as number;
    sums[channel] = (sums[channel] as number) + value;
    squares[channel] = (squares[channel] as number) + value * value;
  }
  const perChannel = values.length / channels;
  const mean = Array.from(sums, (sum) => sum / perChannel);
  const deviation = Array.from(squares, (sum, channel) => Math.sqrt(sum / perChannel - (mean[channel] as number) ** 2));
  for (let index = 0; index < values.length; index++) {
    const channel = Math.floor(index / area) % channels;
    values[index] = ((values[index] as number) - (mean[channel] as number)) / (deviation[channel] as number);
  }
  return { mean, deviation };
}
