import { expect, test } from "vitest";
import { evaluateGraph } from "../../evaluate-graph.ts";
import type { TensorData, Value } from "../graph.ts";
import { Graph } from "../graph.ts";
import { gelu, silu, softmax } from "./activation.ts";
import { multiHeadAttention } from "./attention.ts";
import { averagePool, conv2d, depthToSpace, resizeNearest, spaceToDepth } from "./convolution.ts";
import * as elementwise from "./elementwise.ts";
import { expand } from "./expand.ts";
import { gather } from "./indexing.ts";
import { linear, matmul } from "./matmul.ts";
import { groupNorm, layerNorm, rmsNorm } from "./normalization.ts";
import { reduceMax, reduceMean, reduceSum } from "./reduce.ts";
import { concat, pad, reshape, slice, split, transpose, unsqueeze } from "./shape.ts";

const { add, cast, div, equal, greater, less, mul, sub, where } = elementwise;

function tensor(shape: readonly number[], element: (index: number) => number): TensorData {
  const length = shape.reduce((product, size) => product * size, 1);
  return { dtype: "float32", shape, data: Float32Array.from({ length }, (_, index) => element(index)) };
}

function list(tensorData: TensorData | undefined): number[] {
  return Array.from<number | bigint, number>(tensorData?.data ?? [], (value) => Number(value));
}

async function compute(inputs: Record<string, TensorData>, build: (values: Record<string, Value>) => Value) {
  const graph = new Graph();
  const values = Object.entries(inputs).map(([name, { dtype, shape }]) => [name, graph.input(name, dtype, shape)]);
  const result = build(Object.fromEntries(values) as Record<string, Value>);
  const [output] = await evaluateGraph([result], inputs);
  expect(output?.shape).toEqual(result.shape);
  expect(output?.dtype).toBe(result.dtype);
  return list(output);
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(Math.abs((actual[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(value)));
  });
}

const wave = (shape: readonly number[], phase = 0): TensorData =>
  tensor(shape, (index) => Math.sin(index * 1.7 + phase));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const UNARY: Record<string, readonly [(x: Value) => Value, (x: number) => number]> = {
  abs: [elementwise.abs, Math.abs],
  clip: [(x) => elementwise.clip(x, 0.3, 0.8), (x) => Math.min(Math.max(x, 0.3), 0.8)],
  cos: [elementwise.cos, Math.cos],
  exp: [elementwise.exp, Math.exp],
  gelu: [gelu, (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))],
  log: [elementwise.log, Math.log],
  neg: [elementwise.neg, (x) => -x],
  pow: [(x) => elementwise.pow(x, 3), (x) => x ** 3],
  reciprocal: [elementwise.reciprocal, (x) => 1 / x],
  relu: [(x) => elementwise.relu(sub(x, 0.5)), (x) => Math.max(x - 0.5, 0)],
  sigmoid: [elementwise.sigmoid, sigmoid],
  silu: [silu, (x) => x * sigmoid(x)],
  sin: [elementwise.sin, Math.sin],
  softplus: [elementwise.softplus, (x) => Math.log1p(Math.exp(x))],
  sqrt: [elementwise.sqrt, Math.sqrt],
  square: [elementwise.square, (x) => x * x],
  tanh: [elementwise.tanh, Math.tanh],
};

test.each(Object.keys(UNARY))("%s is computed elementwise", async (name) => {
  const [build, reference] = UNARY[name] ?? [];
  if (build === undefined || reference === undefined) throw new Error(`no case ${name}`);
  const x = tensor([2, 5], (index) => 0.1 + index * 0.15);
  expectClose(await compute({ x }, ({ x: value }) => build(value as Value)), list(x).map(reference));
});

test("binary operations broadcast rows and columns", async () => {
  const a = wave([3, 1]);
  const b = tensor([4], (index) => index + 1);
  const cases: readonly (readonly [(p: Value, q: Value) => Value, (p: number, q: number) => number])[] = [
    [add, (p, q) => p + q],
    [sub, (p, q) => p - q],
    [mul, (p, q) => p * q],
    [div, (p, q) => p / q],
    [elementwise.maximum, Math.max],
    [elementwise.minimum, Math.min],
    [(p, q) => where(greater(p, 0.5), p, q), (p, q) => (p > 0.5 ? p : q)],
    [(p, q) => cast(less(p, q), "float32"), (p, q) => (p < q ? 1 : 0)],
    [(p, q) => cast(equal(add(q, mul(p, 0)), 2), "float32"), (_, q) => (q === 2 ? 1 : 0)],
  ];
  for (const [build, reference] of cases) {
    const actual = await compute({ a, b }, (values) => build(values["a"] as Value, values["b"] as Value));
    expectClose(
      actual,
      list(a).flatMap((p) => list(b).map((q) => reference(p, q))),
    );
  }
});

test("matmul broadcasts batches and linear adds its bias", async () => {
  const inputs = { a: wave([2, 3, 4]), b: wave([4, 5], 1), c: wave([5], 2) };
  const actual = await compute(inputs, ({ a, b, c }) => linear(a as Value, b as Value, c as Value));
  const [a, b, c] = [list(inputs.a), list(inputs.b), list(inputs.c)];
  const expected = Array.from({ length: 30 }, (_, index) => {
    const [row, column] = [Math.floor(index / 5), index % 5];
    return [0, 1, 2, 3].reduce((sum, k) => sum + (a[row * 4 + k] ?? 0) * (b[k * 5 + column] ?? 0), c[column] ?? 0);
  });
  expectClose(actual, expected);
});

test("reductions take axes or everything", async () => {
  const x = wave([2, 3]);
  const values = list(x);
  const sum = values.reduce((total, value) => total + value, 0);
  expectClose(await compute({ x }, (v) => reduceSum(v["x"] as Value)), [sum]);
  expectClose(await compute({ x }, (v) => reduceMean(v["x"] as Value, { keepDims: true })), [sum / 6]);
  const columns = [0, 1, 2].map((column) => (values[column] ?? 0) + (values[column + 3] ?? 0));
  expectClose(await compute({ x }, (v) => reduceSum(v["x"] as Value, { axes: [0] })), columns);
  const rows = [values.slice(0, 3), values.slice(3)].map((row) => Math.max(...row));
  expectClose(await compute({ x }, (v) => reduceMax(v["x"] as Value, { axes: [-1], keepDims: true })), rows);
});

test("shape operations move elements where they belong", async () => {
  const x = tensor([2, 3, 4], (index) => index);
  const run = (build: (value: Value) => Value): Promise<number[]> => compute({ x }, (v) => build(v["x"] as Value));
  expect(await run((v) => reshape(v, [-1, 4]))).toEqual(list(x));
  expect(await run((v) => unsqueeze(v, [0, -1]))).toEqual(list(x));
  const permuted = [0, 1, 2, 3].flatMap((k) => [0, 1].flatMap((i) => [0, 1, 2].map((j) => i * 12 + j * 4 + k)));
  expect(await run((v) => transpose(v, [2, 0, 1]))).toEqual(permuted);
  expect(await run((v) => mul(transpose(transpose(v, [0, 2, 1]), [1, 0, 2]), 1))).toEqual(permuted);
  expect(await run((v) => concat([...split(v, [1, 2], 1)], 1))).toEqual(list(x));
  const ranges = [
    { axis: 1, start: 1, end: 2 },
    { axis: 2, start: 0, end: 4, step: 2 },
  ];
  expect(await run((v) => slice(v, ranges))).toEqual([4, 6, 16, 18]);
  const amounts = [
    [0, 0],
    [1, 0],
    [0, 2],
  ] as const;
  expect(await run((v) => reduceSum(pad(v, amounts), { axes: [0, 2] }))).toEqual([0, 60, 92, 124]);
  expect(await run((v) => expand(reduceSum(v, { axes: [1, 2], keepDims: true }), [2, 2, 1]))).toEqual([
    66, 66, 210, 210,
  ]);
});

test("gather looks rows up by id", async () => {
  const table = tensor([5, 2], (index) => index);
  const ids: TensorData = { dtype: "int64", shape: [2, 2], data: BigInt64Array.of(4n, 0n, 1n, 4n) };
  const rows = await compute({ table, ids }, (v) => gather(v["table"] as Value, v["ids"] as Value));
  expect(rows).toEqual([8, 9, 0, 1, 2, 3, 8, 9]);
});

test("normalizations give mean 0 and variance 1, then scale and bias", async () => {
  const x = wave([2, 4, 2, 3]);
  const values = list(x);
  const normalize = (part: readonly number[]): number[] => {
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / part.length;
    return part.map((value) => (value - mean) / Math.sqrt(variance + 1e-6));
  };
  const parts = (size: number): number[][] =>
    Array.from({ length: values.length / size }, (_, index) => values.slice(index * size, (index + 1) * size));
  expectClose(await compute({ x }, (v) => layerNorm(v["x"] as Value)), parts(3).flatMap(normalize), 1e-4);
  const scale = tensor([4], (index) => index + 1);
  const bias = tensor([4], (index) => index / 2);
  const grouped = parts(12)
    .flatMap(normalize)
    .map((value, index) => {
      const channel = Math.floor(index / 6) % 4;
      return value * (channel + 1) + channel / 2;
    });
  const actual = await compute({ x, scale, bias }, (v) =>
    groupNorm(v["x"] as Value, 2, { scale: v["scale"] as Value, bias: v["bias"] as Value }),
  );
  expectClose(actual, grouped, 1e-4);
  const rms = parts(3).flatMap((part) => {
    const root = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / 3 + 1e-6);
    return part.map((value) => value / root);
  });
  expectClose(await compute({ x }, (v) => rmsNorm(v["x"] as Value)), rms, 1e-4);
});

test("convolution correlates with stride and padding", async () => {
  const inputs = { x: wave([1, 2, 5, 4]), w: wave([3, 2, 3, 3], 1), b: wave([3], 2) };
  const [x, w, b] = [list(inputs.x), list(inputs.w), list(inputs.b)];
  const pixel = (c: number, y: number, z: number): number =>
    y < 0 || y > 4 || z < 0 || z > 3 ? 0 : (x[(c * 5 + y) * 4 + z] ?? 0);
  for (const stride of [1, 2]) {
    const [height, width] = [Math.floor(4 / stride) + 1, Math.floor(3 / stride) + 1];
    const expected: number[] = [];
    for (let o = 0; o < 3; o++) {
      for (let y = 0; y < height; y++) {
        for (let z = 0; z < width; z++) {
          let sum = b[o] ?? 0;
          for (let tap = 0; tap < 18; tap++) {
            const [c, dy, dz] = [Math.floor(tap / 9), Math.floor(tap / 3) % 3, tap % 3];
            sum += pixel(c, y * stride + dy - 1, z * stride + dz - 1) * (w[o * 18 + tap] ?? 0);
          }
          expected.push(sum);
        }
      }
    }
    const actual = await compute(inputs, (v) =>
      conv2d(v["x"] as Value, v["w"] as Value, { bias: v["b"] as Value, stride, padding: 1 }),
    );
    expectClose(actual, expected);
  }
});

test("pixel shuffle, its inverse, nearest enlargement and average pooling", async () => {
  const x = tensor([1, 4, 1, 2], (index) => index);
  expect(await compute({ x }, (v) => depthToSpace(v["x"] as Value, 2))).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  expect(await compute({ x }, (v) => spaceToDepth(depthToSpace(v["x"] as Value, 2), 2))).toEqual(list(x));
  const y = tensor([1, 1, 1, 2], (index) => index + 1);
  expect(await compute({ y }, (v) => resizeNearest(v["y"] as Value))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  expect(await compute({ y }, (v) => averagePool(resizeNearest(v["y"] as Value), 2))).toEqual([1, 2]);
});

test("attention with uniform scores averages the values per head", async () => {
  const inputs = { q: tensor([1, 2, 4], () => 0), k: wave([1, 3, 4]), v: tensor([1, 3, 4], (index) => index) };
  const actual = await compute(inputs, ({ q, k, v }) =>
    multiHeadAttention({ query: q as Value, key: k as Value, value: v as Value }, 2),
  );
  expectClose(actual, [4, 5, 6, 7, 4, 5, 6, 7]);
  const x = wave([2, 3]);
  const rows = [list(x).slice(0, 3), list(x).slice(3)].map((row) => row.map(Math.exp));
  const expected = rows.flatMap((row) => row.map((value) => value / row.reduce((sum, other) => sum + other, 0)));
  expectClose(await compute({ x }, (v) => softmax(v["x"] as Value)), expected);
});

test("shapes and types that do not fit are refused with their numbers", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, 3]);
  const y = graph.input("y", "float32", [4, 5]);
  const ids = graph.input("ids", "int64", ["batch"]);
  const refusals: readonly (readonly [() => unknown, string])[] = [
    [() => add(x, y), "cannot broadcast [2,3] with [4,5]"],
    [() => add(x, ids), "ids is int64"],
    [() => matmul(x, y), "inner sizes 3 and 4 differ"],
    [() => reshape(x, [4, -1]), "6 elements do not divide by 4"],
    [() => reshape(ids, ["width"]), "batch elements do not fit into width"],
    [() => transpose(x, [0, 0]), "[0,0] is no permutation of rank 2"],
    [() => concat([x, y], 0), "float32[2,3] and float32[4,5]"],
    [() => split(x, [1, 1], 1), "adds up to 2, axis 1 has 3"],
    [() => slice(x, [{ axis: 1, start: 2, end: 4 }]), "[2, 4) by 1 does not fit axis 1 of [2,3]"],
    [() => expand(x, [2, 4]), "cannot broadcast [2,3] with [2,4]"],
    [() => gather(x, y), "ids must be int64, got float32[4,5]"],
    [() => reduceSum(x, { axes: [2] }), "axis 2 is outside of rank 2"],
    [() => layerNorm(x, { scale: y }), "parameters must be [3], got [4,5]"],
    [() => conv2d(x, y), "both ranks must be 4"],
    [() => new Graph("other").output(add(new Graph("third").input("z", "float32", [3]), x)), "belongs to the graph"],
    [() => graph.input("x", "float32", [1]), "the name x [1] is taken"],
  ];
  for (const [build, message] of refusals) {
    expect(build).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(build).toThrow(message);
  }
});
