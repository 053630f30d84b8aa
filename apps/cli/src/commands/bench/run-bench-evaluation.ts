import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { benchDistances, type DistanceBench } from "@mezzotint/evaluation/bench/bench-distances";
import { benchExtractor, type ExtractorBench } from "@mezzotint/evaluation/bench/bench-extractor";
import { syntheticInception } from "@mezzotint/evaluation/bench/synthetic-inception";
import { openExtractor } from "@mezzotint/evaluation/folders/open-extractor";
import { parseThreads } from "../generate/parse-request.ts";

export interface BenchEvaluationFlags {
  readonly extractor?: string;
  readonly pictures: string;
  readonly side: string;
  readonly threads?: string;
  readonly distances: boolean;
  readonly json?: boolean;
}

/** Measures and prints. Without an extractor Inception of the published size with arbitrary weights is made and used. */
export async function runBenchEvaluation(flags: BenchEvaluationFlags): Promise<void> {
  const pictures = parseFrom("--pictures", flags.pictures, 8);
  const side = parseFrom("--side", flags.side, 32);
  const threads = flags.threads === undefined ? availableParallelism() : parseThreads(flags.threads);
  const extracted = await withExtractor(flags.extractor, threads, async (extractor) => {
    const bench = await benchExtractor(extractor, { pictures, side });
    return { preprocessing: extractor.protocol.preprocessing, ...bench };
  });
  if (flags.json !== true) printExtractor(extracted, { side, threads });
  const distances = flags.distances ? benchDistances() : [];
  if (flags.json === true) console.log(JSON.stringify({ ...extracted, side, threads, distances }, null, 2));
  else for (const distance of distances) console.log(distanceLine(distance));
}

type Opened = Awaited<ReturnType<typeof openExtractor>>["extractor"];

async function withExtractor<Result>(
  place: string | undefined,
  threads: number,
  work: (extractor: Opened) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-extractor-"));
  try {
    const file = path.join(folder, "model.onnx");
    if (place === undefined) await writeFile(file, syntheticInception());
    const { extractor } = await openExtractor(place ?? file, { protocol: "pytorch-fid", threads });
    try {
      return await work(extractor);
    } finally {
      await extractor.dispose();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function printExtractor(
  bench: ExtractorBench & { readonly preprocessing: string },
  { side, threads }: { readonly side: number; readonly threads: number },
): void {
  const { pictures, preprocessing, seconds, cpuSeconds, picturesPerSecond, outsideShare, memoryPeakBytes } = bench;
  console.log(`${pictures} pictures of ${side} x ${side}, ${preprocessing}, ${threads} threads`);
  console.log(`${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} CPU s`);
  console.log(
    `${picturesPerSecond.toFixed(1)} pictures a second, ${((1_000 * cpuSeconds) / pictures).toFixed(1)} CPU ms each`,
  );
  console.log(`${(100 * outsideShare).toFixed(1)} % of the time outside of the model`);
  console.log(`${(memoryPeakBytes / 1e6).toFixed(0)} MB at most`);
}

function distanceLine({ name, seconds, cpuSeconds, value, relativeError }: DistanceBench): string {
  const error = relativeError === null ? "" : `  relative error ${relativeError.toExponential(1)}`;
  const times = `${seconds.toFixed(2).padStart(7)} s ${cpuSeconds.toFixed(2).padStart(7)} CPU s`;
  return `${name.padEnd(34)} ${times}  ${value.toPrecision(12)}${error}`;
}

function parseFrom(flag: string, text: string, least: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  throw new MezzotintError("INVALID_INPUT", `${flag}: expected a whole number from ${least} on, got ${text}`);
}
