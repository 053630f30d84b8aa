import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openClip } from "@mezzotint/evaluation/extractors/clip";
import { openSegmenter } from "@mezzotint/evaluation/extractors/segmenter";
import { pairedCosines } from "@mezzotint/evaluation/metrics/clip-score";
import { decodeHalfMatrix } from "@mezzotint/evaluation/metrics/half-matrix-file";
import { decodeStatistics } from "@mezzotint/evaluation/metrics/statistics-file";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { hashFile } from "@mezzotint/onnx/model-file";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCutouts, type Cutouts } from "../../recipes/evaluation/cutouts.ts";
import { isHeldOut } from "../../recipes/evaluation/held-out.ts";
import { fewDrawings } from "../../testing/few-drawings.ts";
import { embedDrawings } from "./embed-drawings.ts";
import { segmenterFigures } from "./segmenter-figures.ts";

const PACK = path.resolve(import.meta.dirname, "../../../../../models/mini-eval");
/** Things of four groups, drawn by four hands each. */
const THINGS = ["red apple", "banana", "panda", "fire engine", "grinning face", "guitar", "rose", "rocket"];

let folder: string;
let cutouts: Cutouts;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mini-eval-"));
  cutouts = await openCutouts(folder, await fewDrawings(64, ({ names }) => THINGS.includes(names.en)));
}, 300_000);
afterAll(() => rm(folder, { recursive: true }));

const read = async (...names: string[]) => new Uint8Array(await readFile(path.join(PACK, ...names)));

test("captions of mini-eval are nearer to the drawings they name than to others, in English and Chinese", async () => {
  const clip = await openClip(path.join(PACK, "clip"), { threads: 1 });
  const places = Array.from({ length: cutouts.count }, (_, index) => index);
  const pictures = await embedDrawings(
    clip,
    places.map((index) => cutouts.cutout(index).pixels),
    cutouts.side,
  );
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const language of ["en", "zh"] as const) {
    const { embeddings } = await clip.embedTexts(places.map((index) => cutouts.metadata(index).names[language]));
    const right = mean(pairedCosines(pictures, embeddings));
    const moved = Float32Array.from(
      embeddings.data,
      (_, at) => embeddings.data[(at + 4 * embeddings.columns) % embeddings.data.length] as number,
    );
    const wrong = mean(pairedCosines(pictures, matrix(embeddings.rows, embeddings.columns, moved)));
    expect(right, language).toBeGreaterThan(wrong + 0.3);
  }
  await clip.dispose();
}, 120_000);

test("the segmenter of mini-eval finds the drawing, and its group far more often than chance", async () => {
  const segmenter = await openSegmenter(path.join(PACK, "fcn"), { threads: 1 });
  const figures = await segmenterFigures(
    segmenter,
    cutouts,
    Array.from({ length: cutouts.count }, (_, index) => index),
  );
  expect(figures.outline).toBeGreaterThan(0.9);
  expect(figures.score.accuracy).toBeGreaterThan(0.6);
  expect(figures.groupTop1).toBeGreaterThan(0.3);
  await segmenter.dispose();
}, 120_000);

test("the reference of mini-eval is of its own weights and of concepts that were held out", async () => {
  const clip = await openClip(path.join(PACK, "clip"), { threads: 1 });
  const [heldOut, all] = [
    await read("reference", "held-out.statistics"),
    await read("reference", "all.statistics"),
  ].map(decodeStatistics);
  const { weights, preprocessing, dimensions } = clip.protocol;
  await clip.dispose();
  for (const reference of [heldOut, all]) expect(reference).toMatchObject({ weights, preprocessing });
  const features = decodeHalfMatrix(await read("reference", "held-out.npy"));
  expect([features.rows, features.columns]).toEqual([heldOut?.statistics.count, dimensions]);
  const training = decodeHalfMatrix(await read("reference", "training.npy"));
  expect(training.rows + features.rows).toBe(all?.statistics.count);
  const { ids } = JSON.parse(await readFile(path.join(PACK, "reference", "training.json"), "utf8")) as {
    ids: string[];
  };
  expect(ids).toHaveLength(training.rows);
  const concept = (id: string) => ({ concept: id.split("/")[1] ?? "", names: { en: "" } }) as never;
  const files = await readdir(path.join(PACK, "reference", "pictures"));
  const pictures = files.filter((name) => name.endsWith(".png"));
  expect(pictures).toHaveLength(features.rows);
  expect(
    pictures.every((name) => isHeldOut(concept(`/${(/^[0-9a-f-]+(?=-[a-z])/.exec(name)?.[0] ?? "").toUpperCase()}`))),
  ).toBe(true);
}, 120_000);

test("every file of mini-eval is the one its card was written for", async () => {
  const checksums = JSON.parse(await readFile(path.join(PACK, "checksums.json"), "utf8")) as Record<string, string>;
  expect(Object.keys(checksums).length).toBeGreaterThan(100);
  for (const file of Object.keys(checksums).filter((name) => !name.endsWith(".png"))) {
    expect(await hashFile(path.join(PACK, file)), file).toBe(checksums[file]);
  }
}, 120_000);
