import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { encodePng } from "@mezzotint/image/encode-png";
import { Graph } from "@mezzotint/onnx/graph";
import { reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openClassifier } from "../extractors/classifier.ts";
import { openClip } from "../extractors/clip.ts";
import { openHead } from "../extractors/head.ts";
import { labelMapInput } from "../extractors/label-map.ts";
import { startPreparationPool } from "../extractors/preparation-pool.ts";
import { openSegmenter } from "../extractors/segmenter.ts";
import { writeChannelSegmenter, writeColourClassifier, writeColourClip } from "../testing/tiny-extractors.ts";
import { evaluateFolders, type FolderReport, type FolderRequest, type FolderResult } from "./evaluate-folders.ts";

const SIDE = 8;
const RED = [200, 0, 0] as const;
const GREEN = [0, 200, 0] as const;
const BLUE = [0, 0, 200] as const;
const FCN: readonly MetricId[] = ["fcn-accuracy", "fcn-class-accuracy", "fcn-mean-iu", "fcn-frequency-weighted-iu"];

const WORDS = ["g", "b", "g b", "b g g"];

let home = "";
const pool = startPreparationPool();
const place = (name: string): string => path.join(home, name);

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "mezzotint-labels-"));
  await writeColourClip(place("clip"));
  await writeChannelSegmenter(place("fcn"), SIDE);
  await writeColourClassifier(place("classifier"));
  const graph = new Graph("sum");
  graph.output(reduceSum(graph.input("features", "float32", ["n", 3]), { axes: [1], keepDims: true }), "score");
  await writeFile(place("head.onnx"), new Uint8Array(writeModel(graph)));
  for (const folder of ["own", "real", "labels"]) await mkdir(place(folder));
  // Left half of one colour, right half red; the truth says class 1, class 0.
  for (const [name, own] of [
    ["a", GREEN],
    ["b", BLUE],
    ["c", GREEN],
    ["d", BLUE],
  ] as const) {
    await writeFile(place(`own/${name}.png`), await encodePng(halves(own, RED)));
    await writeFile(place(`real/${name}.png`), await encodePng(halves(GREEN, name === "d" ? GREEN : RED)));
    await writeFile(place(`labels/${name}.png`), await encodePng(halves([1, 1, 1], [0, 0, 0])));
  }
  const lines = (folder: string, groups: readonly (string | null)[]) =>
    writeFile(
      place(`${folder}/metadata.jsonl`),
      ["a", "b", "c", "d"]
        .map((name, i) =>
          JSON.stringify({ file_name: `${name}.png`, prompt: folder === "own" ? WORDS[i] : "r", group: groups[i] }),
        )
        .join("\n"),
    );
  await lines("own", ["green", "green", "green", null]);
  await lines("real", ["green", "green", "blue", "green"]);
});
afterAll(async () => {
  await pool.close();
  await rm(home, { recursive: true });
});

function halves(left: readonly number[], right: readonly number[]) {
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    return Number((Math.floor(i / 3) % SIDE < SIDE / 2 ? left : right)[i % 3]);
  });
  return { width: SIDE, height: SIDE, data };
}

async function evaluate(metrics: readonly MetricId[], asked: Partial<FolderRequest> = {}): Promise<FolderReport> {
  const clip = await openClip(place("clip"), { threads: 1 });
  const segmenter = await openSegmenter(place("fcn"), { threads: 1 });
  const head = await openHead(place("head.onnx"), { threads: 1 });
  try {
    return await evaluateFolders({
      images: place("own"),
      reference: place("real"),
      metrics,
      conventions: {},
      prompts: place("own/metadata.jsonl"),
      labels: place("labels"),
      pool,
      extractors: { main: { kind: "clip", extractor: clip }, clip, segmenter, head },
      ...asked,
    });
  } finally {
    await Promise.all([clip.dispose(), segmenter.dispose(), head.dispose()]);
  }
}

function scored(result: FolderResult | undefined): Extract<FolderResult, { score: unknown }> {
  if (result !== undefined && "score" in result) return result;
  throw new Error(JSON.stringify(result));
}

test("layout: pixels against label maps of the same names, beside what real pictures reach", async () => {
  const { results } = await evaluate(FCN);
  const [accuracy, classAccuracy, meanIu, weighted] = results.map(scored);
  expect(accuracy?.protocol).toMatchObject({ variant: "layout", convention: "pytorch-fcn", dimensions: 3, n: 4 });
  // Of 4 left halves 2 are right, all right halves are.
  expect(accuracy?.score).toMatchObject({ value: 0.75, n: 4, details: { ceiling: 7 / 8 } });
  expect(accuracy?.score.interval?.low).toBeLessThanOrEqual(0.75);
  expect(classAccuracy?.score.value).toBe((1 + 0.5) / 2);
  expect(meanIu?.score.value).toBeCloseTo((1 + 0.5 + 0) / 3, 12);
  expect(weighted?.score.value).toBeCloseTo(0.5 * 1 + 0.5 * 0.5, 12);
});

test("self-consistency: without label maps the truth is what the segmenter sees in the reference", async () => {
  const { results } = await evaluate(["fcn-accuracy"], { labels: null });
  const { protocol, score } = scored(results[0]);
  expect(protocol.variant).toBe("self-consistency");
  expect(score).toMatchObject({ value: (64 + 32 + 64 + 0) / 256, details: { ceiling: 1 } });
});

test("prompt classes: only prompts with one are judged, real pictures of the class are the ceiling", async () => {
  const { results } = await evaluate(["prompt-class-accuracy"]);
  const { protocol, score } = scored(results[0]);
  expect(protocol).toMatchObject({ variant: "prompt-class", convention: "largest", n: 3 });
  expect(score).toMatchObject({ value: 2 / 3, n: 3, details: { ceiling: 1 } });
  expect([...(score.perPicture ?? [])]).toEqual([1, 0, 1]);
});

test("a head judges features of unit length, and directions need sources with words", async () => {
  const { results } = await evaluate(["aesthetic", "clip-directional"]);
  const aesthetic = scored(results[0]);
  expect(aesthetic.protocol.variant).toMatch(/^head [0-9a-f]{64}$/);
  for (const value of aesthetic.score.perPicture ?? []) expect(value).toBeCloseTo(Math.SQRT2, 5);
  expect(results[1]).toMatchObject({ error: { message: expect.stringContaining("is the same as its source") } });
  const without = await evaluate(["clip-directional"], { prompts: null });
  expect(without.results[0]).toMatchObject({ error: { message: expect.stringContaining("in metadata.jsonl") } });
});

test("a classifier serves the Inception Score in its own convention", async () => {
  const extractor = await openClassifier(place("classifier"), { threads: 1 });
  const extractors = { main: { kind: "classifier" as const, extractor }, clip: null, segmenter: null, head: null };
  const score = (conventions: FolderRequest["conventions"], images = place("many")) =>
    evaluate(["inception-score"], { extractors, conventions, images, prompts: null });
  await mkdir(place("many"));
  for (let i = 0; i < 12; i++) {
    await writeFile(place(`many/${i}.png`), await encodePng(halves([GREEN, BLUE, RED][i % 3] ?? RED, RED)));
  }
  const { protocol, score: found } = scored((await score({})).results[0]);
  const few = await score({}, place("own"));
  const unbiased = await score({ "inception-score": "logits-unbiased" });
  await extractor.dispose();
  expect(protocol).toMatchObject({ convention: "logits", variant: null, dimensions: 3, n: 12 });
  expect(found.value).toBeGreaterThan(1);
  expect(found.value).toBeLessThan(1.2);
  expect(few.results[0]).toMatchObject({ error: { message: expect.stringContaining("at least 10") } });
  expect(unbiased.results[0]).toMatchObject({ error: { message: expect.stringContaining("without bias") } });
});

test("what is missing or does not fit is said", async () => {
  const messages = async (metrics: readonly MetricId[], asked: Partial<FolderRequest>) =>
    (await evaluate(metrics, asked)).results.map((result) => ("error" in result ? result.error.message : "scored"));
  expect(await messages(["fcn-mean-iu"], { reference: null })).toEqual([
    "Mean IU needs real pictures of the same names as a reference, whose own score is the ceiling",
  ]);
  expect(await messages(["prompt-class-accuracy"], { prompts: null })).toEqual([
    expect.stringContaining("needs prompts with a group among background, green, blue"),
  ]);
  expect(await messages(["fcn-accuracy"], { labels: place("own") })).toEqual([
    expect.stringContaining("needs grey pixels whose value is the class"),
  ]);
  expect(await messages(["fcn-accuracy"], { labels: place("clip") })).toEqual([
    expect.stringContaining("has 0 .png files"),
  ]);
});

test("label maps are cut as pictures are, by the nearest pixel", () => {
  const wide = { width: 6, height: 2, data: Uint8Array.from({ length: 36 }, (_, i) => Math.floor(i / 3) % 6) };
  const cut = {
    shortestEdge: 4,
    filter: "bicubic",
    crop: { width: 4, height: 4 },
    mean: [0, 0, 0],
    deviation: [1, 1, 1],
  } as const;
  expect([...labelMapInput(wide, cut).subarray(0, 4)]).toEqual([2, 2, 3, 3]);
  expect(() => labelMapInput(wide, { ...cut, crop: { width: 4, height: 5 } })).toThrow(
    "12 x 4 pixels do not cover 4 x 5",
  );
});
