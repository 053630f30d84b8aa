import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Graph } from "@mezzotint/onnx/graph";
import type { Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { square, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { openSession } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exportScope } from "./export-scope.ts";
import type { WeightSource } from "./export-scope.ts";
import type { ParameterScope } from "./parameter-scope.ts";
import { randomStream } from "./random.ts";
import type { RandomStream } from "./random.ts";
import { createTrainingStep } from "./step-session.ts";
import { train } from "./train.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mezzotint-step-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const batchSize = 8;

function perceptron(p: ParameterScope, x: Value): Value {
  const layer = (scope: ParameterScope, input: Value, [from, to]: readonly [number, number]) =>
    linear(
      input,
      scope.parameter("weight", [from, to], { init: { kind: "normal", std: from ** -0.5 } }),
      scope.parameter("bias", [to], { init: { kind: "zeros" } }),
    );
  return layer(p.scope("out"), silu(layer(p.scope("hidden"), x, [3, 16])), [16, 1]);
}

const openStep = (accumulate = false) =>
  createTrainingStep({
    seed: 5,
    threads: 1,
    accumulate,
    build: (graph, p) => {
      const x = graph.input("x", "float32", [batchSize, 3]);
      const target = graph.input("target", "float32", [batchSize, 1]);
      const error = sub(perceptron(p, x), target);
      return { loss: reduceMean(square(error)), metrics: { bias: reduceMean(error) } };
    },
  });

/** Points of the curved surface that the perceptron learns. */
function draw(random: RandomStream) {
  const x = new Float32Array(batchSize * 3);
  random.fillNormal(x);
  const target = Float32Array.from({ length: batchSize }, (_, row) => {
    const [a = 0, b = 0, c = 0] = x.subarray(row * 3, row * 3 + 3);
    return Math.sin(a) + 0.5 * b * c;
  });
  return {
    x: { dtype: "float32" as const, shape: [batchSize, 3], data: x },
    target: { dtype: "float32" as const, shape: [batchSize, 1], data: target },
  };
}

const shared = {
  batches: (_: number, random: RandomStream) => draw(random),
  batchSize,
  seed: 11,
  identity: { recipeId: "perceptron", recipeHash: "one" },
  schedule: { kind: "cosine", peak: 0.02, warmupSteps: 10 } as const,
  clock: () => 0,
};

test("gradients in the arena agree with differences of the loss, and runs see changed weights", async () => {
  const { arena, step, release } = await openStep();
  const feeds = draw(randomStream(1));
  const first = await step.run(feeds);
  const slopes = new Map(arena.entries.map(({ name }) => [name, Float32Array.from(arena.view("gradients", name))]));
  expect(arena.entries.map(({ name }) => name).toSorted()).toEqual([
    "hidden/bias",
    "hidden/weight",
    "out/bias",
    "out/weight",
  ]);
  for (const { name, size } of arena.entries) {
    const weights = arena.view("parameters", name);
    for (const index of [0, size >> 1, size - 1]) {
      const before = weights[index] ?? 0;
      const [above, below] = [before + 1e-2, before - 1e-2];
      weights[index] = above;
      const high = (await step.run(feeds)).loss;
      weights[index] = below;
      const low = (await step.run(feeds)).loss;
      weights[index] = before;
      expect(Math.abs((high - low) / 2e-2 - (slopes.get(name)?.[index] ?? NaN))).toBeLessThan(1e-3);
    }
  }
  expect(await step.run(feeds)).toEqual(first);
  expect(Object.keys(first).toSorted()).toEqual(["bias", "loss"]);
  await release();
});

test("a real graph learns, and resumes bit for bit", async () => {
  const reference = await openStep();
  const whole = await train({ ...shared, ...reference, budget: { steps: 400 }, folder: join(folder, "whole") });
  await reference.release();
  expect(whole.progress?.smoothedLoss).toBeLessThan(0.15);

  for (const stopAfter of [150, 400]) {
    const controller = new AbortController();
    const { arena, step, release } = await openStep();
    const batches = (batch: number, random: RandomStream) => {
      if (batch + 1 === stopAfter) controller.abort();
      return draw(random);
    };
    const budget = { steps: 400 };
    const result = await train({ ...shared, arena, step, batches, budget, folder, signal: controller.signal });
    await release();
    expect(result.step).toBe(stopAfter);
    if (stopAfter === 400) {
      expect(result.progress).toEqual(whole.progress);
      expect(arena.section("ema")).toEqual(reference.arena.section("ema"));
    }
  }
});

test("micro-batches average to the gradient of their union", async () => {
  const { arena, step, release } = await openStep(true);
  const result = await train({ ...shared, arena, step, microBatches: 4, budget: { steps: 3 }, folder });
  expect(result.progress?.metrics).toHaveProperty("bias");
  const plain = await openStep();
  const sum = new Float64Array(arena.sectionSize);
  for (const part of [0, 1, 2, 3]) {
    await plain.step.run(draw(randomStream(shared.seed, "batch", part)));
    plain.arena.section("gradients").forEach((value, index) => (sum[index] = (sum[index] ?? 0) + value / 4));
  }
  const fresh = await openStep(true);
  const once = { ...shared, schedule: { kind: "constant", peak: 1e-9 } as const, clipNorm: Infinity };
  const { progress } = await train({
    ...once,
    ...fresh,
    microBatches: 4,
    budget: { steps: 1 },
    folder: join(folder, "once"),
  });
  expect(progress?.gradientNorm).toBeCloseTo(Math.hypot(...sum), 6);
  await Promise.all([release(), plain.release(), fresh.release()]);
});

test("the exported model, in float32 and in float16, computes what the averaged weights compute", async () => {
  const { arena, step, release } = await openStep();
  await train({ ...shared, arena, step, budget: { steps: 20 }, folder });
  await release();
  const weights: WeightSource = (name) => arena.view("ema", name);
  const { x } = draw(randomStream(2));
  const expected = evaluate(weights, x.data);
  for (const [dtype, tolerance] of [
    ["float32", 1e-6],
    ["float16", 3e-3],
  ] as const) {
    const graph = new Graph("exported");
    const input = graph.input("x", "float32", ["batch", 3]);
    graph.output(perceptron(exportScope(graph, weights, { dtype }), input), "y");
    const session = await openSession(writeModel(graph), { threads: 1 });
    const { y } = await session.run({ x });
    await session.release();
    const values = Array.from(y?.data as Float32Array);
    expect(values).toHaveLength(batchSize);
    values.forEach((value, row) => expect(Math.abs(value - (expected[row] ?? NaN))).toBeLessThan(tolerance));
  }
  const wrong = () =>
    perceptron(
      exportScope(new Graph(), () => new Float32Array(2), { dtype: "float32" }),
      x2(),
    );
  expect(wrong).toThrow("weight hidden/weight: expected [3,16], 48 values, got 2");
});

const x2 = () => new Graph().input("x", "float32", [1, 3]);

/** The perceptron by hand. */
function evaluate(weights: WeightSource, x: Float32Array): number[] {
  const at = (name: string, index: number) => weights(name)[index] ?? NaN;
  return Array.from({ length: batchSize }, (_, row) => {
    let y = at("out/bias", 0);
    for (let unit = 0; unit < 16; unit++) {
      let sum = at("hidden/bias", unit);
      for (let k = 0; k < 3; k++) sum += (x[row * 3 + k] ?? NaN) * at("hidden/weight", k * 16 + unit);
      y += (sum / (1 + Math.exp(-sum))) * at("out/weight", unit);
    }
    return y;
  });
}

test("a parameter that does not reach the loss is named, and so is one declared twice", async () => {
  const build = (name: string) => (graph: Graph, p: ParameterScope) => {
    const used = p.scope("block0").parameter("used", [2, 2], { init: { kind: "ones" } });
    p.scope("block0").parameter(name, [4], { init: { kind: "zeros" } });
    return { loss: reduceMean(square(sub(used, graph.input("x", "float32", [2, 2])))) };
  };
  await expect(createTrainingStep({ seed: 1, build: build("idle") })).rejects.toThrow("block0/idle");
  await expect(createTrainingStep({ seed: 1, build: build("used") })).rejects.toThrow("block0/used: declared twice");
});
