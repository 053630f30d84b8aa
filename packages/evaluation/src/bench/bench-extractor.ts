import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePng } from "@mezzotint/image/encode-png";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import { gatherFolderFeatures } from "../extractors/gather-features.ts";
import { startPreparationPool } from "../extractors/preparation-pool.ts";
import { frechetDistanceOfFeatures, frechetDistanceOfStatistics } from "../metrics/frechet.ts";
import { summariseFeatures } from "../metrics/feature-statistics.ts";
import { kernelDistance } from "../metrics/kid.ts";

export interface ExtractorBench {
  readonly pictures: number;
  readonly picturesPerSecond: number;
  /** Share of the time that the model did not run, in [0, 1]. */
  readonly outsideShare: number;
  /** The largest memory of the process in bytes. */
  readonly memoryPeakBytes: number;
  readonly distances: readonly { readonly name: string; readonly seconds: number; readonly value: number }[];
}

const SIDE = 512;
const DIMENSIONS = 2_048;

/**
 * Reads `pictures` pictures of 512 x 512 pixels through an extractor as `mezzotint evaluate` does, after a round of 8 to
 * warm up, and times distances of 2,048 dimensions on random features: the Frechet distance of 3,000 and 3,000 samples
 * through their covariances, of 1,000 and 1,000 directly, and KID of 1,000 and 1,000.
 */
export async function benchExtractor(extractor: FeatureExtractor, pictures: number): Promise<ExtractorBench> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-pictures-"));
  const pool = startPreparationPool();
  try {
    let modelMs = 0;
    const timed: FeatureExtractor = {
      ...extractor,
      runOutputs: async (prepared, names) => {
        const startMs = performance.now();
        const outputs = await extractor.runOutputs(prepared, names);
        modelMs += performance.now() - startMs;
        return outputs;
      },
    };
    const gather = (): Promise<unknown> =>
      gatherFolderFeatures(folder, { targets: [{ extractor: timed, outputs: [extractor.features] }], pool });
    await writePictures(folder, 8);
    await gather();
    await writePictures(folder, pictures);
    modelMs = 0;
    const startMs = performance.now();
    await gather();
    const totalMs = performance.now() - startMs;
    return {
      pictures,
      picturesPerSecond: (1_000 * pictures) / totalMs,
      outsideShare: 1 - modelMs / totalMs,
      memoryPeakBytes: 1_024 * process.resourceUsage().maxRSS,
      distances: timeDistances(),
    };
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Noise on a slope, so that neither decoding nor resizing has it easy. */
async function writePictures(folder: string, count: number): Promise<void> {
  const noise = createTorchNormal(1n).normal([SIDE * SIDE]);
  for (let i = 0; i < count; i++) {
    const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
      const pixel = Math.floor(at / 3);
      return Math.max(
        0,
        Math.min(255, 100 + (pixel % SIDE) / 5 + 20 * Number(noise[(pixel + 977 * i) % noise.length])),
      );
    });
    await writeFile(path.join(folder, `${i}.png`), await encodePng({ width: SIDE, height: SIDE, data }));
  }
}

function timeDistances(): ExtractorBench["distances"] {
  const features = (rows: number, seed: bigint) =>
    matrix(
      rows,
      DIMENSIONS,
      createTorchNormal(seed)
        .normal([rows, DIMENSIONS])
        .map((value) => Math.max(0, value)),
    );
  const [many, others] = [features(3_000, 1n), features(3_000, 2n)];
  const [few, rest] = [features(1_000, 3n), features(1_000, 4n)];
  const [manyStatistics, otherStatistics] = [summariseFeatures(many), summariseFeatures(others)];
  const timed = (name: string, compute: () => number) => {
    const startMs = performance.now();
    const value = compute();
    return { name, seconds: (performance.now() - startMs) / 1_000, value };
  };
  return [
    timed("Frechet, 2048-d, from statistics", () => frechetDistanceOfStatistics(manyStatistics, otherStatistics)),
    timed("Frechet, 2048-d, 1000 and 1000", () => frechetDistanceOfFeatures(few, rest)),
    timed("Frechet, the same from statistics", () =>
      frechetDistanceOfStatistics(summariseFeatures(few), summariseFeatures(rest)),
    ),
    timed("KID, 2048-d, 1000 and 1000", () => kernelDistance(few, rest)),
  ];
}
