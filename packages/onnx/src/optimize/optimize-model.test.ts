import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Graph, type TensorData, type Value } from "../graph/graph.ts";
import { softmax } from "../graph/ops/activation.ts";
import { multiHeadAttention } from "../graph/ops/attention.ts";
import { add, mul } from "../graph/ops/elementwise.ts";
import { linear, matmul } from "../graph/ops/matmul.ts";
import { rmsNorm } from "../graph/ops/normalization.ts";
import { reshape, transpose } from "../graph/ops/shape.ts";
import { bytesSource } from "../model/byte-source.ts";
import { readModel } from "../model/read-model.ts";
import { openSession } from "../session.ts";
import { writeModel, writeModelFiles } from "../write-model.ts";
import { optimizeModelFile } from "./optimize-model.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-optimize-"));
});
afterAll(() => rm(folder, { recursive: true }));

const WIDTH = 32;
const HEADS = 4;
const TOKENS = 12;

function weight(graph: Graph, name: string, shape: readonly number[]): Value {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.sin(i * 1.3 + name.length) / Math.sqrt(shape[0] ?? 1));
  return graph.initializer(name, { dtype: "float32", shape, data });
}

const sample: TensorData = {
  dtype: "float32",
  shape: [2, TOKENS, WIDTH],
  data: Float32Array.from({ length: 2 * TOKENS * WIDTH }, (_, i) => Math.cos(i * 0.7)),
};

function networkOf(build: (x: Value, graph: Graph) => Value): Graph {
  const graph = new Graph();
  graph.output(build(graph.input("x", "float32", ["batch", TOKENS, WIDTH]), graph), "y");
  return graph;
}

async function run(source: string | Uint8Array): Promise<Float32Array> {
  const session = await openSession(source, { threads: 1 });
  const { y } = await session.run({ x: sample });
  await session.release();
  return y?.data as Float32Array;
}

/** Optimizes a network, runs both, and returns what was done, the largest difference and the operations that are left. */
async function optimized(graph: Graph, halve = false) {
  const file = path.join(folder, "before.onnx");
  const target = path.join(folder, "after.onnx");
  await writeFile(file, writeModel(graph));
  const report = await optimizeModelFile(file, target, { halve });
  const [before, after] = [await run(file), await run(target)];
  expect(after.length).toBe(before.length);
  const largest = before.reduce((most, value, i) => Math.max(most, Math.abs(value - (after[i] ?? Number.NaN))), 0);
  const bytes = await readFile(target);
  const ops = readModel(bytesSource(bytes)).graph.nodes.map(({ op }) => op);
  return { ...report, largest, ops, sizeBytes: bytes.length };
}

function heads(x: Value): Value {
  return transpose(reshape(x, [x.shape[0] ?? 1, TOKENS, HEADS, WIDTH / HEADS]), [0, 2, 1, 3]);
}

test("attention over heads becomes one operation, with the same numbers", async () => {
  const { attentions, ops, nodesBefore, nodesAfter, largest } = await optimized(
    networkOf((x, graph) => {
      const [query, key, value] = ["q", "k", "v"].map((name) => linear(x, weight(graph, name, [WIDTH, WIDTH])));
      return multiHeadAttention({ query: query as Value, key: key as Value, value: value as Value }, HEADS);
    }),
  );
  expect(attentions).toBe(1);
  expect(ops).toEqual(["MatMul", "MatMul", "MatMul", "MultiHeadAttention", "Identity"]);
  expect(nodesAfter).toBeLessThan(nodesBefore);
  expect(largest).toBeLessThan(1e-5);
});

test("queries and keys that are normalized over a head, a constant mask and a scale of one's own are kept", async () => {
  const { attentions, norms, ops, largest } = await optimized(
    networkOf((x, graph) => {
      const side = (name: string) => heads(linear(x, weight(graph, name, [WIDTH, WIDTH])));
      const normed = (name: string) => rmsNorm(side(name), { scale: weight(graph, `${name}-scale`, [WIDTH / HEADS]) });
      const mask = Float32Array.from({ length: TOKENS * TOKENS }, (_, i) => (i % TOKENS > i / TOKENS ? -1e4 : 0));
      const masked = graph.initializer("mask", { dtype: "float32", shape: [1, 1, TOKENS, TOKENS], data: mask });
      const scores = matmul(mul(normed("q"), 0.7), transpose(normed("key"), [0, 1, 3, 2]));
      const attended = matmul(softmax(add(scores, masked)), side("value"));
      return reshape(transpose(attended, [0, 2, 1, 3]), x.shape);
    }),
  );
  expect([attentions, norms]).toEqual([1, 2]);
  expect(ops.filter((op) => op === "SimplifiedLayerNormalization")).toHaveLength(2);
  expect(ops).not.toContain("Softmax");
  expect(largest).toBeLessThan(1e-5);
});

test("what only looks like attention or a norm stays: another axis, a mask made at run time, scores that are read", async () => {
  const spoiled = (spoil: "axis" | "mask" | "scores"): Graph =>
    networkOf((x, graph) => {
      const side = (name: string) => heads(linear(x, weight(graph, name, [WIDTH, WIDTH])));
      const product = matmul(mul(side("q"), 0.5), transpose(side("key"), [0, 1, 3, 2]));
      const scores = spoil === "mask" ? add(product, mul(product, 0.1)) : product;
      const shares = softmax(scores, spoil === "axis" ? 2 : 3);
      const attended = reshape(transpose(matmul(shares, side("value")), [0, 2, 1, 3]), x.shape);
      if (spoil !== "scores") return attended;
      graph.output(shares, "shares");
      return attended;
    });
  for (const spoil of ["axis", "mask", "scores"] as const) {
    const { attentions, ops, largest } = await optimized(spoiled(spoil));
    expect([spoil, attentions, ops.includes("Softmax")]).toEqual([spoil, 0, true]);
    expect(largest).toBe(0);
  }
});

test("a norm without scale is fused where its width is known", async () => {
  const { norms, ops, largest } = await optimized(
    networkOf((x, graph) => linear(mul(rmsNorm(add(x, 0.5)), 1.5), weight(graph, "w", [WIDTH, WIDTH]))),
  );
  expect(norms).toBe(1);
  expect(ops).not.toContain("ReduceMean");
  expect(largest).toBeLessThan(1e-5);
});

test("what depends on constants only is computed once", async () => {
  const { folded, ops, largest } = await optimized(
    networkOf((x, graph) => {
      const constant = mul(add(weight(graph, "bias", [WIDTH]), 1), 3);
      return add(x, constant);
    }),
  );
  expect(folded).toBe(2);
  expect(ops).toEqual(["Add", "Identity"]);
  expect(largest).toBe(0);
});

test("halved weights halve the file and move the numbers by their rounding; weights too large for it stay", async () => {
  const build = (factor: number) =>
    networkOf((x, graph) => {
      const data = Float32Array.from({ length: 64 * WIDTH }, (_, i) => Math.sin(i) * factor);
      const first = graph.initializer("w", { dtype: "float32", shape: [WIDTH, 64], data });
      return linear(linear(x, first), weight(graph, "second", [64, WIDTH]));
    });
  const whole = await optimized(build(1));
  const half = await optimized(build(1), true);
  expect([whole.halved, half.halved]).toEqual([0, 2]);
  expect(half.sizeBytes).toBeLessThan(0.6 * whole.sizeBytes);
  expect(half.largest).toBeGreaterThan(0);
  expect(half.largest).toBeLessThan(5e-3);
  expect((await optimized(build(1e6), true)).halved).toBe(1);
});

test("weights that were outside are outside again, in one file that is named after the network", async () => {
  const graph = networkOf((x, own) => linear(x, weight(own, "w", [WIDTH, WIDTH])));
  const file = path.join(folder, "outside.onnx");
  writeModelFiles(graph, file);
  const target = path.join(folder, "moved.onnx");
  await optimizeModelFile(file, target, { halve: false });
  await rm(`${file}_data`);
  expect((await stat(`${target}_data`)).size).toBe(4 * WIDTH * WIDTH);
  expect(await run(target)).toEqual(await run(writeModel(graph)));
});
