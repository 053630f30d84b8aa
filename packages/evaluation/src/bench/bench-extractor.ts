import { link, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePng } from "@mezzotint/image/encode-png";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import { gatherFolderFeatures } from "../extractors/gather-features.ts";
import { startPreparationPool } from "../extractors/preparation-pool.ts";
import { startMeasuring, type Measured } from "./measured.ts";

export interface ExtractorBench extends Measured {
  readonly pictures: number;
  readonly picturesPerSecond: number;
  /** Share of the time that the model did not run, in [0, 1]. */
  readonly outsideShare: number;
  /** The largest memory of the process in bytes. */
  readonly memoryPeakBytes: number;
}

export interface ExtractorBenchOptions {
  readonly pictures: number;
  /** Pixels of the pictures' sides. */
  readonly side: number;
}

/** So many pictures are drawn; more are the same again under other names, read and decoded like any other. */
const DIFFERENT_MAX = 64;
const WARM_UP = 8;

/** Reads pictures through an extractor as `mezzotint evaluate` does, after a round of 8 to warm up. */
export async function benchExtractor(
  extractor: FeatureExtractor,
  { pictures, side }: ExtractorBenchOptions,
): Promise<ExtractorBench> {
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
    await writePictures(folder, { pictures: WARM_UP, side });
    await gather();
    await writePictures(folder, { pictures, side });
    modelMs = 0;
    const took = startMeasuring();
    await gather();
    const { seconds, cpuSeconds } = took();
    return {
      pictures,
      seconds,
      cpuSeconds,
      picturesPerSecond: pictures / seconds,
      outsideShare: 1 - modelMs / 1_000 / seconds,
      memoryPeakBytes: 1_024 * process.resourceUsage().maxRSS,
    };
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Noise on a slope, so that neither decoding nor resizing has it easy. */
async function writePictures(folder: string, { pictures, side }: ExtractorBenchOptions): Promise<void> {
  const noise = createTorchNormal(1n).normal([side * side]);
  const fileOf = (i: number): string => path.join(folder, `${String(i).padStart(6, "0")}.png`);
  for (let i = 0; i < Math.min(pictures, DIFFERENT_MAX); i++) {
    const data = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
      const pixel = Math.floor(at / 3);
      const value = 100 + (100 * (pixel % side)) / side + 20 * Number(noise[(pixel + 977 * i) % noise.length]);
      return Math.max(0, Math.min(255, value));
    });
    await writeFile(fileOf(i), await encodePng({ width: side, height: side, data }));
  }
  for (let i = DIFFERENT_MAX; i < pictures; i++) await link(fileOf(i % DIFFERENT_MAX), fileOf(i));
}
