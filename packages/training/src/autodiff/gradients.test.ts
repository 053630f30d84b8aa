import { Graph } from "@mezzotint/onnx/graph";
import type { Value } from "@mezzotint/onnx/graph";
import { gelu, silu, softmax } from "@mezzotint/onnx/graph/ops/activation";
import { multiHeadAttention } from "@mezzotint/onnx/graph/ops/attention";
import { averagePool, conv2d, depthToSpace, resizeNearest, spaceToDepth } from "@mezzotint/onnx/graph/ops/convolution";
import * as elementwise from "@mezzotint/onnx/graph/ops/elementwise";
import { expand } from "@mezzotint/onnx/graph/ops/expand";
import { gather } from "@mezzotint/onnx/graph/ops/indexing";
import { linear, matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { groupNorm, layerNorm, rmsNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reduceMax, reduceMean, reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { concat, pad, reshape, slice, split, transpose, unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import { expect, test } from "vitest";
import type { GradientCheck } from "./gradient-check.ts";
import { gradientError } from "./gradient-check.ts";
import { gradients } from "./gradients.ts";
import { DIFFERENTIABLE_OPERATIONS } from "./rules/registry.ts";

const { add, mul, sub, div } = elementwise;
const positive = (index: number): number => 0.6 + 0.4 * Math.sin(index * 1.3 + 0.4);

function ids(x: Value): Value {
  return x.graph.constant([3, 0, 3, 1, 3, 2], "int64", [2, 3]);
}

/** Linear in each input, so that float32 and a wide difference leave rounding errors only. */
const picture = { dtype: "float32", delta: 0.5 } as const;

const CHECKS: Readonly<Record<string, GradientCheck>> = {
  "Add broadcast": {
    shapes: [
      [2, 3, 4],
      [3, 1],
    ],
    build: (a, b) => add(a, b),
  },
  "Sub broadcast": { shapes: [[4], [2, 3, 4]], build: (a, b) => sub(a, b) },
  "Mul broadcast both ways": {
    shapes: [
      [2, 1, 4],
      [3, 1],
    ],
    build: (a, b) => mul(a, b),
  },
  "Mul scalar parameter": { shapes: [[2, 3], []], build: (a, b) => mul(a, b) },
  "Div broadcast": { shapes: [[2, 3], [3]], build: (a, b) => div(a, b), element: positive },
  "square of a sum used twice": { shapes: [[2, 3]], build: (a) => mul(elementwise.square(add(a, 1)), a) },
  "Pow 2": { shapes: [[5]], build: (a) => elementwise.pow(a, 2) },
  "Pow 3": { shapes: [[5]], build: (a) => elementwise.pow(a, 3) },
  "Pow 1.5": { shapes: [[5]], build: (a) => elementwise.pow(a, 1.5), element: positive },
  Max: { shapes: [[3, 2], [2]], build: (a, b) => elementwise.maximum(a, b) },
  Min: { shapes: [[3, 2], [2]], build: (a, b) => elementwise.minimum(a, b) },
  Neg: { shapes: [[3]], build: (a) => elementwise.neg(a) },
  Abs: { shapes: [[7]], build: (a) => elementwise.abs(a) },
  Relu: { shapes: [[7]], build: (a) => elementwise.relu(a) },
  Sqrt: { shapes: [[5]], build: (a) => elementwise.sqrt(a), element: positive },
  Reciprocal: { shapes: [[5]], build: (a) => elementwise.reciprocal(a), element: positive },
  Exp: { shapes: [[5]], build: (a) => elementwise.exp(a) },
  Log: { shapes: [[5]], build: (a) => elementwise.log(a), element: positive },
  Sin: { shapes: [[5]], build: (a) => elementwise.sin(a) },
  Cos: { shapes: [[5]], build: (a) => elementwise.cos(a) },
  Tanh: { shapes: [[5]], build: (a) => elementwise.tanh(a) },
  Sigmoid: { shapes: [[5]], build: (a) => elementwise.sigmoid(a) },
  Softplus: { shapes: [[5]], build: (a) => elementwise.softplus(a), dtype: "float32", delta: 1e-2 },
  Clip: { shapes: [[7]], build: (a) => elementwise.clip(a, -0.4, 0.6) },
  Cast: {
    shapes: [[4]],
    build: (a) => elementwise.cast(mul(elementwise.cast(a, "float64"), 2), "float32"),
    ...picture,
  },
  Where: { shapes: [[2, 3], [3]], build: (a, b) => elementwise.where(elementwise.greater(a, 0), mul(a, 2), b) },
  "squared relu": { shapes: [[7]], build: (a) => elementwise.square(elementwise.relu(a)) },
  "relu used twice": {
    shapes: [[7]],
    build: (a) => {
      const y = elementwise.relu(a);
      return add(mul(y, y), elementwise.exp(y));
    },
  },
  "relu below a mask of itself": {
    shapes: [[7]],
    build: (a) => {
      const y = elementwise.relu(a);
      return mul(add(y, 1), y);
    },
  },
  "MatMul by a transposed matrix": {
    shapes: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    build: (a, b) => matmul(a, transpose(b, [0, 2, 1])),
  },
  silu: { shapes: [[6]], build: (a) => silu(a) },
  gelu: { shapes: [[6]], build: (a) => gelu(a) },
  "MatMul batched": {
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    build: (a, b) => matmul(a, b),
  },
  "MatMul shared weight": { shapes: [[2, 3, 4], [4, 5], [5]], build: (a, b, c) => linear(a, b, c) },
  "MatMul broadcast batch": {
    shapes: [
      [2, 1, 3, 4],
      [3, 4, 2],
    ],
    build: (a, b) => matmul(a, b),
  },
  ReduceSum: { shapes: [[2, 3, 4]], build: (a) => reduceSum(mul(a, a), { axes: [0, 2] }) },
  "ReduceMean all": { shapes: [[2, 3]], build: (a) => reduceMean(mul(a, a)) },
  "ReduceMean kept": { shapes: [[2, 3]], build: (a) => mul(a, reduceMean(a, { axes: [-1], keepDims: true })) },
  ReduceMax: { shapes: [[3, 4]], build: (a) => reduceMax(a, { axes: [1] }) },
  Softmax: { shapes: [[3, 4]], build: (a) => softmax(a) },
  Reshape: { shapes: [[2, 6]], build: (a) => reshape(mul(a, a), [3, -1]) },
  "Reshape of a broadcast gradient": { shapes: [[2, 6]], build: (a) => reduceMean(reshape(a, [3, 4])) },
  Transpose: { shapes: [[2, 3, 4]], build: (a) => transpose(mul(a, a), [2, 0, 1]) },
  Concat: {
    shapes: [
      [2, 1],
      [2, 3],
    ],
    build: (a, b) => concat([a, b, a], 1),
  },
  Split: {
    shapes: [[2, 5]],
    build: (a) => {
      const [left, , right] = split(a, [2, 1, 2], 1);
      return mul(left as Value, right as Value);
    },
  },
  Slice: {
    shapes: [[4, 5]],
    build: (a) =>
      slice(a, [
        { axis: 0, start: 1, end: 3 },
        { axis: 1, start: 0, end: 5, step: 2 },
      ]),
  },
  "Slice by 3": { shapes: [[8]], build: (a) => slice(a, [{ axis: 0, start: 1, end: 7, step: 3 }]) },
  Pad: {
    shapes: [[2, 3]],
    build: (a) =>
      pad(a, [
        [1, 0],
        [0, 2],
      ]),
  },
  Expand: { shapes: [[3, 1]], build: (a) => mul(expand(a, [2, 3, 4]), unsqueeze(a, [0])) },
  Gather: { shapes: [[4, 2]], build: (a) => gather(a, ids(a)) },
  "Gather axis 1": { shapes: [[2, 4, 2]], build: (a) => gather(a, ids(a), 1) },
  "Gather one row": { shapes: [[2, 4, 2]], build: (a) => gather(a, a.graph.int64([2]), 1) },
  layerNorm: { shapes: [[3, 5], [5], [5]], build: (a, scale, bias) => layerNorm(a, { scale, bias }) },
  "layerNorm without parameters": { shapes: [[3, 5]], build: (a) => layerNorm(a) },
  rmsNorm: { shapes: [[2, 3, 5], [5]], build: (a, scale) => rmsNorm(a, { scale }) },
  groupNorm: { shapes: [[2, 4, 2, 3], [4], [4]], build: (a, scale, bias) => groupNorm(a, 2, { scale, bias }) },
  "Conv 3x3": {
    shapes: [[2, 3, 4, 5], [4, 3, 3, 3], [4]],
    build: (x, w, bias) => conv2d(x, w, { bias, padding: 1 }),
    ...picture,
  },
  "Conv 1x1": {
    shapes: [
      [2, 3, 4, 5],
      [4, 3, 1, 1],
    ],
    build: (x, w) => conv2d(x, w),
    ...picture,
  },
  "Conv 5x3 valid": {
    shapes: [
      [1, 2, 6, 5],
      [3, 2, 5, 3],
    ],
    build: (x, w) => conv2d(x, w),
    ...picture,
  },
  DepthToSpace: { shapes: [[2, 8, 2, 3]], build: (x) => depthToSpace(x, 2), ...picture },
  SpaceToDepth: { shapes: [[2, 2, 4, 6]], build: (x) => spaceToDepth(x, 2), ...picture },
  Resize: { shapes: [[2, 2, 2, 3]], build: (x) => resizeNearest(x, 2), ...picture },
  AveragePool: { shapes: [[2, 2, 4, 6]], build: (x) => averagePool(x, 2), ...picture },
};

test.each(Object.entries(CHECKS))("gradient of %s", async (_, check) => {
  expect(await gradientError(check)).toBeLessThan(check.dtype === "float32" ? 1e-4 : 1e-6);
});

test("every rule is reached by a check", () => {
  const graph = new Graph();
  const seen = new Set(["Identity"]);
  for (const { shapes, build, dtype = "float64" } of Object.values(CHECKS)) {
    const inputs = shapes.map((shape) => graph.input(`x${graph.inputs.length}`, dtype, shape));
    build(...(inputs as unknown as Parameters<GradientCheck["build"]>));
  }
  for (const { op } of graph.nodes) seen.add(op);
  expect(DIFFERENTIABLE_OPERATIONS.filter((op) => !seen.has(op))).toEqual([]);
});

test("gradient of a modulated transformer block", async () => {
  const [tokens, width] = [3, 4];
  const error = await gradientError({
    shapes: [
      [2, tokens, width],
      [2, width * 6],
      [width, width * 7],
      [width * 4, width],
    ],
    element: (index) => 0.6 * Math.sin(index * 1.7 + 0.3),
    build: (...inputs) => {
      const [x, condition, wide, narrow] = inputs;
      const [scale1, shift1, gate1, scale2, shift2, gate2] = split(
        reshape(silu(condition), [2, 1, width * 6]),
        [width, width, width, width, width, width],
        2,
      ) as [Value, Value, Value, Value, Value, Value];
      const modulate = (h: Value, scale: Value, shift: Value): Value => add(mul(layerNorm(h), add(scale, 1)), shift);
      const [qkv, up] = split(wide, [width * 3, width * 4], 1) as [Value, Value];
      const heads = split(matmul(modulate(x, scale1, shift1), qkv), [width, width, width], 2);
      const [query, key, value] = heads as [Value, Value, Value];
      const y = add(x, mul(gate1, multiHeadAttention({ query: rmsNorm(query), key, value }, 2)));
      return add(y, mul(gate2, matmul(gelu(matmul(modulate(y, scale2, shift2), up)), narrow)));
    },
  });
  expect(error).toBeLessThan(1e-6);
});

test("gradient of a convolutional auto-encoder with its reconstruction loss", async () => {
  const error = await gradientError({
    shapes: [
      [2, 1, 8, 8],
      [8, 4, 3, 3],
      [8, 8, 3, 3],
      [4, 2, 3, 3],
    ],
    dtype: "float32",
    delta: 2e-2,
    element: (index) => 0.5 * Math.sin(index * 1.3 + 0.4),
    build: (...inputs) => {
      const [x, first, middle, last] = inputs;
      const down = silu(groupNorm(conv2d(spaceToDepth(x, 2), first, { padding: 1 }), 2));
      const latents = add(down, conv2d(down, middle, { padding: 1 }));
      const up = resizeNearest(depthToSpace(spaceToDepth(depthToSpace(latents, 2), 2), 2), 1);
      const decoded = spaceToDepth(depthToSpace(conv2d(up, last, { padding: 1 }), 2), 2);
      const picture2 = reduceMean(spaceToDepth(decoded, 1), { axes: [1], keepDims: true });
      return mul(reduceMean(elementwise.square(sub(picture2, x))), 10);
    },
  });
  expect(error).toBeLessThan(3e-3);
});

test("impossible gradients are refused by name", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [1, 1, 4, 4]);
  const w = graph.input("w", "float32", [1, 1, 2, 2]);
  const unused = graph.input("unused", "float32", [2]);
  const strided = reduceSum(conv2d(x, w, { stride: 2 }));
  expect(() => gradients(strided, [x])).toThrow("use spaceToDepth");
  expect(() => gradients(reduceSum(x), [unused])).toThrow("does not depend on unused");
  expect(() => gradients(x, [x])).toThrow("float32[1,1,4,4], not a scalar");
});
