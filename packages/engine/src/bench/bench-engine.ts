import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { Provider } from "@mezzotint/onnx/device";
import { quantile } from "@mezzotint/numeric/statistics/quantile";
import { generateImages, type GenerationTimings } from "../generate-images.ts";
import { loadModel } from "../load-model.ts";
import { MATRIX_PRODUCT_FLOPS, openMatrixProduct, type MatrixProduct } from "./matrix-product.ts";
import { profileFlops } from "./profile-flops.ts";
import { cpuMs, watchSessions, type WatchedRuns } from "./session-watch.ts";

const WARM_UP_STEPS = 2;
const PRODUCTS_PER_RUN = 5;

export interface BenchOptions {
  readonly folder: string;
  readonly recipe: Recipe;
  /** Measured rounds, at least 1; one more goes before them and is not counted. */
  readonly runs: number;
  readonly provider: Provider;
  readonly threads: number;
}

/** One network in one generation. */
export interface NetworkBench {
  readonly network: string;
  readonly callsPerImage: number;
  readonly callMs: number;
  readonly flopsPerCall: number;
  readonly flopsPerSecond: number;
  /** Of the fastest matrix product. */
  readonly peakShare: number;
}

/** Medians over the runs, times in milliseconds. */
export interface EngineBench {
  readonly model: Pick<ModelInfo, "name" | "hash">;
  readonly recipe: Recipe;
  readonly runs: number;
  readonly provider: Provider;
  readonly threads: number;
  readonly loadMs: number;
  readonly encodeMs: number;
  readonly stepMs: number;
  readonly decodeMs: number;
  readonly totalMs: number;
  /** Of a generation, while no network runs. */
  readonly outsideMs: number;
  readonly outsideShare: number;
  /** The same in processor time, which other programs on the machine hardly disturb. */
  readonly outsideCpuMs: number;
  readonly outsideCpuShare: number;
  /** Resident memory of the process before the model was loaded, and at most since its start. */
  readonly memoryBeforeBytes: number;
  readonly memoryPeakBytes: number;
  readonly matrixProduct: { readonly peakFlopsPerSecond: number; readonly medianFlopsPerSecond: number };
  readonly networks: readonly NetworkBench[];
}

interface Round {
  readonly model: Pick<ModelInfo, "name" | "hash">;
  readonly loadMs: number;
  readonly timings: GenerationTimings;
  readonly watched: WatchedRuns;
  readonly totalCpuMs: number;
  readonly productMs: readonly number[];
}

/**
 * Measures a model in rounds of loading, a short generation for warmth, a whole one and some matrix products, so that a
 * disturbance of the machine meets all of them alike. Throws as loading and generating do.
 */
export async function benchEngine(options: BenchOptions): Promise<EngineBench> {
  const memoryBeforeBytes = process.memoryUsage.rss();
  await measureRound(options, null);
  // Before anything else of the bench takes memory; the unit is kilobytes on every platform.
  const memoryPeakBytes = process.resourceUsage().maxRSS * 1024;
  const product = await openMatrixProduct(options);
  const rounds: Round[] = [];
  try {
    await product.run();
    for (let run = 0; run < options.runs; run++) rounds.push(await measureRound(options, product));
  } finally {
    await product.release();
  }
  const flops = await profileFlops(options.folder, warmUpOf(options.recipe), options);
  return { ...summarise(options, rounds, flops), memoryBeforeBytes, memoryPeakBytes };
}

async function measureRound(
  { folder, recipe, provider, threads }: BenchOptions,
  product: MatrixProduct | null,
): Promise<Round> {
  const watch = watchSessions();
  const model = await loadModel(folder, { provider, threads, open: watch.open });
  try {
    await generateImages(model, { recipe: warmUpOf(recipe), count: 1 });
    watch.take();
    const startedCpuMs = cpuMs();
    const { timings } = await generateImages(model, { recipe, count: 1 });
    const totalCpuMs = cpuMs() - startedCpuMs;
    const watched = watch.take();
    const productMs: number[] = [];
    for (let i = 0; product !== null && i < PRODUCTS_PER_RUN; i++) productMs.push(await product.run());
    const { name, hash } = model.info;
    return { model: { name, hash }, loadMs: model.loadMs, timings, watched, totalCpuMs, productMs };
  } finally {
    await model.dispose();
  }
}

/** Fewer steps and other words, so that the whole run encodes its own: encodings are remembered. */
function warmUpOf(recipe: Recipe): Recipe {
  const words = { prompt: `warm up: ${recipe.prompt}`, negativePrompt: `warm up: ${recipe.negativePrompt ?? ""}` };
  return { ...recipe, ...words, steps: Math.min(recipe.steps, WARM_UP_STEPS) };
}

function summarise(
  { recipe, runs, provider, threads }: BenchOptions,
  rounds: readonly Round[],
  flops: ReadonlyMap<string, number>,
): Omit<EngineBench, "memoryBeforeBytes" | "memoryPeakBytes"> {
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  const productMs = rounds.flatMap((round) => round.productMs);
  const peakFlopsPerSecond = perSecond(MATRIX_PRODUCT_FLOPS, Math.min(...productMs));
  const first = rounds[0];
  if (first === undefined) throw new RangeError(`bench: expected at least 1 run, got ${runs}`);
  return {
    model: first.model,
    recipe,
    runs,
    provider,
    threads,
    loadMs: middle((round) => round.loadMs),
    encodeMs: middle(({ timings }) => timings.encodeMs),
    stepMs: median(rounds.flatMap(({ timings }) => timings.stepMs)),
    decodeMs: middle(({ timings }) => timings.decodeMs),
    totalMs: middle(({ timings }) => timings.totalMs),
    outsideMs: middle(({ timings, watched }) => timings.totalMs - watched.insideMs),
    outsideShare: middle(({ timings, watched }) => 1 - watched.insideMs / timings.totalMs),
    outsideCpuMs: middle(({ totalCpuMs, watched }) => totalCpuMs - watched.insideCpuMs),
    outsideCpuShare: middle(({ totalCpuMs, watched }) => 1 - watched.insideCpuMs / totalCpuMs),
    matrixProduct: {
      peakFlopsPerSecond,
      medianFlopsPerSecond: perSecond(MATRIX_PRODUCT_FLOPS, median(productMs)),
    },
    networks: [...first.watched.networks].map(([network, { calls }]) => {
      const callMs = middle(({ watched }) => callMsOf(watched, network));
      const flopsPerCall = flops.get(network) ?? 0;
      const flopsPerSecond = perSecond(flopsPerCall, callMs);
      const peakShare = flopsPerSecond / peakFlopsPerSecond;
      return { network, callsPerImage: calls, callMs, flopsPerCall, flopsPerSecond, peakShare };
    }),
  };
}

function callMsOf({ networks }: WatchedRuns, network: string): number {
  const { calls, elapsedMs } = networks.get(network) ?? { calls: 0, elapsedMs: 0 };
  return elapsedMs / calls;
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values), 0.5);
}

function perSecond(count: number, elapsedMs: number): number {
  return (count * 1_000) / elapsedMs;
}
