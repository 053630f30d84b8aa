import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromFloat16, toFloat16, float16Value, float16Bits } from "./float16.ts";
import { Graph } from "./graph/graph.ts";
import type { TensorData, Value } from "./graph/graph.ts";
import { silu } from "./graph/ops/activation.ts";
import { multiHeadAttention } from "./graph/ops/attention.ts";
import { conv2d, spaceToDepth } from "./graph/ops/convolution.ts";
import { add, mul } from "./graph/ops/elementwise.ts";
import { expand } from "./graph/ops/expand.ts";
import { linear } from "./graph/ops/matmul.ts";
import { groupNorm, layerNorm } from "./graph/ops/normalization.ts";
import { concat, reshape, transpose } from "./graph/ops/shape.ts";
import { hashFile, hashFileList, listModelFiles } from "./model-file.ts";
import { openSession } from "./session.ts";
import { writeModel, writeModelFiles } from "./write-model.ts";

declare const WebAssembly: { readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mezzotint-onnx-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const floats = (shape: readonly number[], scale = 1): TensorData => {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: "float32", shape, data: Float32Array.from({ length }, (_, index) => scale * Math.sin(index)) };
};

/** A patchify-attend-unpatchify stack over [batch, 4, height, 8]. */
function pictureModel(graph: Graph, x: Value): Value {
  const weight = graph.initializer("weight", floats([16, 16], 0.2));
  const kernel = graph.initializer("kernel", floats([4, 4, 3, 3], 0.1));
  const token = graph.initializer("token", floats([1, 1, 16]));
  const pooled = spaceToDepth(silu(groupNorm(conv2d(x, kernel, { padding: 1 }), 2)), 2);
  const [batch = 1, channels = 1, height = 1] = pooled.shape;
  const tokens = transpose(reshape(pooled, [batch, channels, -1]), [0, 2, 1]);
  const attended = graph.scope("block", () => {
    const normalized = layerNorm(linear(tokens, weight));
    return multiHeadAttention({ query: normalized, key: normalized, value: tokens }, 2);
  });
  const tokenBatch = expand(token, [batch, 1, 16]);
  const moved = add(attended, tokenBatch);
  return typeof height === "number" ? reshape(concat([tokenBatch, moved], 1), [-1, 16]) : moved;
}

test("one model function gives a static and a dynamic-batch model with the same numbers", async () => {
  const fixed = new Graph();
  fixed.output(pictureModel(fixed, fixed.input("x", "float32", [3, 4, 8, 8])), "y");
  const dynamic = new Graph();
  dynamic.output(pictureModel(dynamic, dynamic.input("x", "float32", ["batch", 4, 8, 8])), "y");
  expect(dynamic.outputs[0]?.shape).toEqual(["17*batch", 16]);
  const [fixedSession, dynamicSession] = [await openSession(writeModel(fixed)), await openSession(writeModel(dynamic))];
  const feeds = { x: floats([3, 4, 8, 8]) };
  const [{ y: expected }, { y: actual }] = [await fixedSession.run(feeds), await dynamicSession.run(feeds)];
  expect(actual).toEqual(expected);
  expect(dynamicSession.inputs).toEqual([{ name: "x", dtype: "float32", shape: ["batch", 4, 8, 8] }]);
  const single = await dynamicSession.run({ x: floats([1, 4, 8, 8]) });
  expect(single["y"]?.shape).toEqual([17, 16]);
  await expect(dynamicSession.run({ x: floats([1, 4, 8]) })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  await Promise.all([fixedSession.release(), dynamicSession.release()]);
  await dynamicSession.release();
});

test("height may be symbolic too", async () => {
  const graph = new Graph();
  graph.output(pictureModel(graph, graph.input("x", "float32", ["batch", 4, "height", 8])), "y");
  expect(graph.outputs[0]?.shape).toEqual(["batch", "2*height", 16]);
  const session = await openSession(writeModel(graph));
  const { y } = await session.run({ x: floats([2, 4, 6, 8]) });
  expect(y?.shape).toEqual([2, 12, 16]);
  await session.release();
});

test("float16 weights halve the file, external data moves it, and the numbers stay", async () => {
  const values = floats([64, 64]);
  const halves = { dtype: "float16", shape: [64, 64], data: toFloat16(values.data as Float32Array) } as const;
  const build = (weight: TensorData): Graph => {
    const graph = new Graph();
    graph.output(linear(graph.input("x", "float32", ["batch", 64]), graph.initializer("w", weight)), "y");
    return graph;
  };
  const [full, half] = [writeModel(build(values)), writeModel(build(halves))];
  expect(half.byteLength).toBeLessThan(full.byteLength * 0.55);
  const location = "model.onnx_data";
  writeModelFiles(build(halves), join(folder, "model.onnx"), { metadata: { family: "test" } });
  const data = await readFile(join(folder, location));
  const rounded = { ...values, data: fromFloat16(halves.data) };
  const results: unknown[] = [];
  for (const source of [writeModel(build(rounded)), half, join(folder, "model.onnx")]) {
    const session = await openSession(source, { provider: "cpu", threads: 1, memoryPattern: false, prepacking: false });
    results.push((await session.run({ x: floats([2, 64]) }))["y"]);
    await session.release();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
  const before = hashFileList(await listModelFiles(folder));
  expect(hashFileList(await listModelFiles(folder))).toBe(before);
  data[0] = (data[0] ?? 0) ^ 1;
  await writeFile(join(folder, location), data);
  expect(hashFileList(await listModelFiles(folder))).not.toBe(before);
  await writeFile(join(folder, "abc"), "abc");
  expect(await hashFile(join(folder, "abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("views over WebAssembly memory are read and written in place", async () => {
  const graph = new Graph();
  graph.output(mul(graph.input("x", "float32", [4]), 2), "y");
  const session = await openSession(writeModel(graph));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const x = new Float32Array(memory.buffer, 64, 4);
  const y = new Float32Array(memory.buffer, 128, 4);
  x.set([1, 2, 3, 4]);
  const target = { dtype: "float32", shape: [4], data: y } as const;
  const results = await session.run({ x: { ...target, data: x } }, { y: target });
  expect([...y]).toEqual([2, 4, 6, 8]);
  expect(results["y"]?.data).toBe(y);
  await session.release();
});

test("missing and corrupt files say so", async () => {
  const missing = join(folder, "missing.onnx");
  await expect(openSession(missing)).rejects.toMatchObject({ code: "MODEL_UNAVAILABLE", message: /missing\.onnx/ });
  await expect(openSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
    code: "MODEL_CORRUPT",
    message: /3 bytes/,
  });
});

test("float16 conversion is exact on all 65536 bit patterns and rounds ties to even", () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = float16Value(bits);
    if (!Number.isNaN(value)) expect(float16Bits(value) === bits || value === 0).toBe(true);
  }
  expect(float16Value(float16Bits(2049))).toBe(2048);
  expect(float16Value(float16Bits(2051))).toBe(2052);
  expect(float16Value(float16Bits(65519.9))).toBe(65504);
  expect(float16Value(float16Bits(65520))).toBe(Infinity);
  expect(float16Bits(2 ** -25)).toBe(0);
  expect(float16Bits(3 * 2 ** -25)).toBe(2);
  expect(float16Bits(-0)).toBe(0x8000);
});
