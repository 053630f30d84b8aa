import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PackedDataSet } from "../../data/packed-data-set.ts";
import { exportEvaluationPack } from "../../export/evaluation/export-evaluation-pack.ts";
import { fewDrawings } from "../../testing/few-drawings.ts";
import { randomStream } from "../../trainer/random.ts";
import { findRecipe } from "../index.ts";
import { clipBatches } from "./clip-batches.ts";
import { openCutouts } from "./cutouts.ts";
import { EVALUATION_PLANS } from "./evaluation-plan.ts";
import { isHeldOut } from "./held-out.ts";

const MINI = path.resolve(import.meta.dirname, "../../../../../models/mini");
/** The last four are held out. */
const THINGS = [
  "red apple",
  "banana",
  "panda",
  "octopus",
  "red heart",
  "bell",
  "rocket",
  "rose",
  "frog",
  "key",
  "taco",
  "compass",
  "radio",
  "bison",
];

let folder: string;
let data: PackedDataSet;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-evaluation-"));
  data = await fewDrawings(32, ({ names }) => THINGS.includes(names.en));
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

async function train(name: string, steps: number) {
  const losses: number[] = [];
  const recipe = findRecipe(name);
  await recipe.run({
    folder,
    data,
    from: MINI,
    seed: 3,
    threads: 1,
    budget: { steps },
    progressEverySeconds: 0,
    sampleEverySeconds: 600,
    signal: new AbortController().signal,
    clock: () => performance.now(),
    onProgress: ({ loss }) => losses.push(loss),
    onNotice: () => undefined,
  });
  return losses;
}

test("the judges of an evaluation pack learn from drawings and resume", async () => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const clip = await train("smoke-eval/clip-image", 60);
  expect(mean(clip.slice(-10))).toBeLessThan(0.9 * mean(clip.slice(0, 10)));
  const fcn = await train("smoke-eval/fcn", 40);
  expect(mean(fcn.slice(-5))).toBeLessThan(0.9 * mean(fcn.slice(0, 5)));
  expect(await train("smoke-eval/fcn", 41)).toHaveLength(1);

  const out = path.join(folder, "pack");
  const options = { plan: EVALUATION_PLANS["smoke-eval"], folder, data, from: MINI, seed: 3, threads: 1 };
  const { clip: figures, segmenter } = await exportEvaluationPack({ ...options, out });
  expect([figures.concepts, figures.drawings]).toEqual([4, 16]);
  expect(segmenter.score.accuracy).toBeGreaterThan(0.2);
  expect(await readFile(path.join(out, "README.md"), "utf8")).toContain("compare models of this kind only");
  await expect(exportEvaluationPack({ ...options, out: MINI })).rejects.toThrow("is no evaluation pack");
  expect(await exportEvaluationPack({ ...options, out })).toEqual({ clip: figures, segmenter });
}, 300_000);

test("a batch has families whose colours tell them apart, and true shares", async () => {
  const next = clipBatches(await openCutouts(folder, data), 64);
  const { captions, pixels, pictureShares, captionShares } = next(randomStream(5));
  expect(captions).toHaveLength(64);
  expect(pixels.every((value) => Number.isFinite(value))).toBe(true);
  for (const shares of [pictureShares, captionShares]) {
    for (let row = 0; row < 64; row++) {
      const sum = shares.subarray(row * 64, (row + 1) * 64).reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(1, 5);
      expect(shares[row * 64 + row]).toBeGreaterThan(0);
    }
  }
  expect(next(randomStream(5)).captions).toEqual(captions);
});

test("a tenth of the concepts is held out, both sexes together, and nothing a bundled prompt asks for", () => {
  const concept = (hexcode: string, name = "x") => ({ concept: hexcode, names: { en: name } }) as never;
  const all = Array.from({ length: 2000 }, (_, index) => concept((0x1f300 + index).toString(16).toUpperCase()));
  const share = all.filter(isHeldOut).length / all.length;
  expect(share).toBeGreaterThan(0.07);
  expect(share).toBeLessThan(0.13);
  for (let job = 0x1f300; job < 0x1f400; job++) {
    const hex = job.toString(16).toUpperCase();
    expect(isHeldOut(concept(`1F468-200D-${hex}`))).toBe(isHeldOut(concept(`1F469-200D-${hex}`)));
  }
  expect(all.filter((one: { concept: string }) => isHeldOut(concept(one.concept, "panda")))).toEqual([]);
});
