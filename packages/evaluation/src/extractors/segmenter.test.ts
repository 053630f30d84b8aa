import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeChannelSegmenter } from "../testing/tiny-extractors.ts";
import { openSegmenter } from "./segmenter.ts";

let folder = "";
const SIDE = 2;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-segmenter-"));
  await writeChannelSegmenter(folder, SIDE);
});
afterAll(() => rm(folder, { recursive: true }));

const writeConfig = (id2label: object) => writeFile(path.join(folder, "config.json"), JSON.stringify({ id2label }));

test("every pixel gets the class of its largest score, the first of equal ones", async () => {
  const segmenter = await openSegmenter(folder);
  expect(segmenter).toMatchObject({ classes: ["background", "green", "blue"], background: 0, height: SIDE });
  const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9);
  const prepared = segmenter.prepare({ data, width: SIDE, height: SIDE });
  expect(await segmenter.label([prepared, prepared])).toEqual(Array(2).fill(Uint8Array.of(0, 1, 2, 0)));
  const features = await segmenter.run([prepared]);
  expect(features).toMatchObject({ rows: 1, columns: 4, data: Float32Array.of(0, 1, 2, 0) });
  expect(await segmenter.runOutputs([prepared], ["labels"])).toEqual([features]);
  await expect(segmenter.runOutputs([prepared], ["logits"])).rejects.toThrow("no output logits");
  await segmenter.dispose();
});

test("classes without a number and scores of another number are refused", async () => {
  await writeConfig({ 0: "background", 2: "blue" });
  await expect(openSegmenter(folder)).rejects.toThrow("none has the number 1");
  await writeConfig({ 0: "background", 1: "other" });
  const segmenter = await openSegmenter(folder);
  await expect(segmenter.label([new Float32Array(12)])).rejects.toThrow("needs float32 [1,2,2,2]");
  await segmenter.dispose();
});
