import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { protocolDifferences } from "@mezzotint/contracts/protocol";
import { embedMetadata } from "@mezzotint/image/metadata";
import { encodePng } from "@mezzotint/image/encode-png";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startPreparationPool } from "../extractors/preparation-pool.ts";
import { encodeStatistics } from "../metrics/statistics-file.ts";
import { meanColourModel, writeColourClip } from "../testing/tiny-extractors.ts";
import { evaluateFolders, type FolderReport, type FolderRequest, type FolderResult } from "./evaluate-folders.ts";
import { openExtractor } from "./open-extractor.ts";

vi.setConfig({ testTimeout: 30_000 });

const home = await mkdtemp(path.join(tmpdir(), "folders-"));
const place = (name: string): string => path.join(home, name);
const pool = startPreparationPool();
const WORDS = ["r", "g", "b"];

/** Pictures of one colour each, red, green and blue in turn, that carry their prompts. */
async function writePictures(name: string, count: number, shift: number): Promise<void> {
  await mkdir(place(name));
  for (let i = 0; i < count; i++) {
    const colour = [0, 1, 2].map((channel) => (channel === i % 3 ? 150 + 5 * i + shift : 10 * (i % 4) + shift));
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => Number(colour[at % 3]));
    const png = await encodePng({ width: 8, height: 8, data });
    await writeFile(place(`${name}/${i}.png`), embedMetadata(png, { recipe: { prompt: String(WORDS[i % 3]) } }));
  }
}

beforeAll(async () => {
  await writeFile(place("inception.onnx"), meanColourModel(16, "features"));
  await writeColourClip(place("clip"));
  await writePictures("own", 12, 0);
  await writePictures("real", 15, 20);
  await writeFile(place("own/broken.png"), "no picture");
});
afterAll(async () => {
  await pool.close();
  await rm(home, { recursive: true });
});

async function evaluate(kind: "inception" | "clip", asked: Partial<FolderRequest>): Promise<FolderReport> {
  const opened = await openExtractor(place(kind === "clip" ? "clip" : "inception.onnx"), {
    protocol: "pytorch-fid",
    threads: 1,
  });
  try {
    return await evaluateFolders({
      images: place("own"),
      reference: place("real"),
      metrics: null,
      conventions: {},
      prompts: null,
      pool,
      labels: null,
      extractors: {
        main: opened,
        clip: opened.kind === "clip" ? opened.extractor : null,
        segmenter: null,
        head: null,
      },
      ...asked,
    });
  } finally {
    await opened.extractor.dispose();
  }
}

function scored(report: FolderReport, metric: MetricId): Extract<FolderResult, { score: unknown }> {
  const found = report.results.find((result) => result.metric === metric);
  if (found === undefined || !("score" in found)) throw new Error(`${metric}: ${JSON.stringify(found)}`);
  return found;
}

describe("a folder against another", () => {
  test("through Inception has the usual metrics with their protocols, and lists what could not be read", async () => {
    const report = await evaluate("inception", {});
    expect(report.results.map(({ metric }) => metric)).toEqual([
      "fid",
      "kid",
      "precision",
      "recall",
      "density",
      "coverage",
    ]);
    const { protocol, score, unranked } = scored(report, "fid");
    expect(protocol).toMatchObject({
      variant: "pytorch-fid",
      preprocessing: "pytorch-fid 16x16",
      dimensions: 3,
      n: 12,
      unreadable: ["broken.png"],
      reference: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(score.interval).not.toBeNull();
    expect(unranked).toContain("this is of 12");
    expect(report.unreadable[0]?.reason).toContain("not a readable image");
  });

  test("statistics in a file are the same reference as their pictures", async () => {
    const { statistics } = await evaluate("inception", { images: place("real"), reference: place("own"), metrics: [] });
    await writeFile(place("real.stats"), encodeStatistics(statistics()));
    const [fromFile, fromFolder] = [
      await evaluate("inception", { reference: place("real.stats"), metrics: ["fid", "kid"] }),
      await evaluate("inception", { metrics: ["fid"] }),
    ];
    expect(scored(fromFile, "fid").score.value).toBeCloseTo(scored(fromFolder, "fid").score.value, 8);
    expect(protocolDifferences(scored(fromFile, "fid").protocol, scored(fromFolder, "fid").protocol)).toEqual([]);
    expect(fromFile.results[1]).toMatchObject({ error: { message: expect.stringContaining("only mean and cov") } });
    const other = await evaluate("clip", { reference: place("real.stats"), metrics: ["frechet-distance"] });
    expect(other.results[0]).toMatchObject({ error: { message: expect.stringContaining("not comparable: the ref") } });
  });

  test("through CLIP has scores of prompts that the pictures carry, or that a file gives", async () => {
    const report = await evaluate("clip", {});
    expect(report.results.flatMap((result) => ("error" in result ? [result.error.message] : []))).toEqual([]);
    const carried = scored(report, "clip-score");
    expect(carried.score.value).toBeGreaterThan(90);
    expect(carried.score.perPicture).toHaveLength(12);
    const lines = Array.from({ length: 12 }, (_, i) =>
      JSON.stringify({ file_name: `${i}.png`, prompt: WORDS[(i + 1) % 3] }),
    );
    await writeFile(place("wrong.jsonl"), lines.join("\n"));
    const wrong = await evaluate("clip", {
      metrics: ["clip-score"],
      prompts: place("wrong.jsonl"),
      conventions: { "clip-score": "hessel" },
    });
    expect(scored(wrong, "clip-score").score.value).toBeLessThan(1);
    expect(scored(wrong, "clip-score").protocol.convention).toBe("hessel");
    expect(protocolDifferences(scored(wrong, "clip-score").protocol, carried.protocol)).toEqual(["convention"]);
    await writeFile(place("short.txt"), "r\ng\n");
    const prompts = place("short.txt");
    await expect(evaluate("clip", { prompts })).rejects.toThrow("2 lines for 13 pictures, of which 12 can be read");
  });

  test("what cannot be scored has its reason in its place", async () => {
    const metrics: MetricId[] = ["fid", "inception-score", "aesthetic", "image-similarity", "diversity"];
    const report = await evaluate("clip", { metrics });
    const reasons = report.results.map((result) => ("error" in result ? result.error.message : null));
    expect(reasons).toEqual([
      "FID is of Inception's features; on others ask for frechet-distance",
      "Inception Score needs a classifier: a model with class logits",
      "Aesthetic score needs a head: an ONNX file from features to one value",
      null,
      null,
    ]);
    expect(scored(report, "image-similarity").score.value).toBeGreaterThan(0.9);
    const alone = await evaluate("clip", { reference: null });
    expect(alone.results[0]).toMatchObject({ metric: "clip-score", score: { n: 12 } });
    expect(alone.results.slice(1).map((result) => ("error" in result ? result.error.message : null))).toContain(
      "KID needs a reference",
    );
    await expect(evaluate("inception", { reference: null })).rejects.toThrow("nothing to score without a reference");
    await expect(evaluate("inception", { reference: place("nowhere") })).rejects.toThrow("there is no");
  });
});
