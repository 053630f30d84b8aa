import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toFloat16 } from "../float16.ts";
import { Graph } from "../graph/graph.ts";
import { add } from "../graph/ops/elementwise.ts";
import { writeModel } from "../write-model.ts";
import { readFloatWeights } from "./float-weights.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-weights-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("weights come back as they were written, halves as the numbers they stand for", async () => {
  const whole = Float32Array.of(0.1, -2.5, 3e-8);
  const half = Float32Array.of(0.5, -1.25, 65504);
  const graph = new Graph("weights");
  const x = graph.input("x", "float32", [3]);
  const a = graph.initializer("a/whole", { dtype: "float32", shape: [3], data: whole });
  const b = graph.initializer("b/half", { dtype: "float16", shape: [3], data: toFloat16(half) });
  graph.output(add(add(x, a), b), "sum");
  const file = path.join(folder, "model.onnx");
  await writeFile(file, writeModel(graph));
  const weights = readFloatWeights(file);
  expect(weights.get("a/whole")).toEqual(whole);
  expect(weights.get("b/half")).toEqual(half);
  expect(() => readFloatWeights(path.join(folder, "other.onnx"))).toThrow("other.onnx");
});
