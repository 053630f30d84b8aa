import { availableParallelism } from "node:os";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { benchExtractor } from "@mezzotint/evaluation/bench/bench-extractor";
import { openExtractor } from "@mezzotint/evaluation/folders/open-extractor";
import { parseThreads } from "../generate/parse-request.ts";

export interface BenchEvaluationFlags {
  readonly extractor: string;
  readonly pictures: string;
  readonly threads?: string;
}

/** Measures and prints. Throws INVALID_INPUT for fewer than 8 pictures. */
export async function runBenchEvaluation(flags: BenchEvaluationFlags): Promise<void> {
  const pictures = Number(flags.pictures);
  if (!Number.isInteger(pictures) || pictures < 8) {
    throw new MezzotintError("INVALID_INPUT", `--pictures: expected a whole number from 8 on, got ${flags.pictures}`);
  }
  const threads = flags.threads === undefined ? availableParallelism() : parseThreads(flags.threads);
  const { extractor } = await openExtractor(flags.extractor, { protocol: "pytorch-fid", threads });
  try {
    const bench = await benchExtractor(extractor, pictures);
    console.log(`${bench.pictures} pictures, ${extractor.protocol.preprocessing}, ${threads} threads`);
    console.log(`${bench.picturesPerSecond.toFixed(1)} pictures a second`);
    console.log(`${(100 * bench.outsideShare).toFixed(1)} % of the time outside of the model`);
    console.log(`${(bench.memoryPeakBytes / 1e6).toFixed(0)} MB at most`);
    for (const { name, seconds, value } of bench.distances) {
      console.log(`${name.padEnd(36)} ${seconds.toFixed(2)} s  ${value.toPrecision(12)}`);
    }
  } finally {
    await extractor.dispose();
  }
}
