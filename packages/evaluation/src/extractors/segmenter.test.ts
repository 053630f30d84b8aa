import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Graph } from "@mezzotint/onnx/graph";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSegmenter } from "./segmenter.ts";

let folder = "";
const SIDE = 2;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-segmenter-"));
  const graph = new Graph("brightest-channel");
  const pixels = graph.input("pixel_values", "float32", ["batch", 3, SIDE, SIDE]);
  graph.output(pixels, "logits");
  const x = graph.apply("Identity", [pixels], { dtype: "float32", shape: pixels.shape });
  const written = new Uint8Array(writeModel(graph, { outputs: [x] }));
  await writeFile(path.join(folder, "model.onnx"), written);
  const preprocessor = { size: SIDE, crop_size: SIDE, image_mean: [0, 0, 0], image_std: [1, 1, 1] };
  await writeFile(path.join(folder, "preprocessor_config.json"), JSON.stringify(preprocessor));
  await writeConfig({ 0: "background", 1: "green", 2: "blue" });
});
afterAll(() => rm(folder, { recursive: true }));

const writeConfig = (id2label: object) => writeFile(path.join(folder, "config.json"), JSON.stringify({ id2label }));

test("every pixel gets the class of its largest score, the first of equal ones", async () => {
  const segmenter = await openSegmenter(folder);
  expect(segmenter).toMatchObject({ classes: ["background", "green", "blue"], background: 0, height: SIDE });
  const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9);
  const prepared = segmenter.prepare({ data, width: SIDE, height: SIDE });
  expect(await segmenter.label([prepared, prepared])).toEqual(Array(2).fill(Uint8Array.of(0, 1, 2, 0)));
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
