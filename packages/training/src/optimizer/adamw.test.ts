import { expect, test } from "vitest";
import type { ParameterDeclaration } from "../trainer/parameter-scope.ts";
import { randomStream } from "../trainer/random.ts";
import { createAdamW } from "./adamw.ts";
import { createParameterArena } from "./parameter-arena.ts";
import type { ParameterArena } from "./parameter-arena.ts";

const declaration = (
  name: string,
  size: number,
  options: Partial<ParameterDeclaration> = {},
): ParameterDeclaration => ({
  name,
  shape: [size],
  init: { kind: "normal", std: 0.5 },
  decay: true,
  learningRateScale: 1,
  ...options,
});

const declarations = [
  declaration("one", 1),
  declaration("three", 3, { decay: false }),
  declaration("thousand", 1003, { learningRateScale: 0.25 }),
  declaration("seventeen", 17),
  declaration("four", 4, { decay: false }),
];

const [beta1, beta2, epsilon, weightDecay, learningRate, clipNorm, emaDecay] = [0.9, 0.98, 1e-8, 0.1, 0.01, 4, 0.9];

/** The textbook update, one number at a time, in float64. */
function referenceAdamW(arena: ParameterArena) {
  const state = arena.entries.map((entry) => ({
    entry,
    parameter: Array.from(arena.view("parameters", entry.name)),
    first: Array.from({ length: entry.size }, () => 0),
    second: Array.from({ length: entry.size }, () => 0),
    ema: Array.from(arena.view("parameters", entry.name)),
  }));
  const step = (gradients: ReadonlyMap<string, Float32Array>, t: number): number => {
    const squares = [...gradients.values()].flatMap((values) => Array.from(values, (value) => value * value));
    const norm = Math.sqrt(squares.reduce((sum, value) => sum + value, 0));
    for (const { entry, parameter, first, second, ema } of state) {
      const rate = learningRate * entry.learningRateScale;
      gradients.get(entry.name)?.forEach((raw, i) => {
        const g = raw * Math.min(1, clipNorm / norm);
        first[i] = beta1 * (first[i] ?? 0) + (1 - beta1) * g;
        second[i] = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
        const corrected = (first[i] ?? 0) / (1 - beta1 ** t);
        const deviation = Math.sqrt((second[i] ?? 0) / (1 - beta2 ** t));
        const decayed = (parameter[i] ?? 0) * (entry.decay ? 1 - rate * weightDecay : 1);
        parameter[i] = decayed - (rate * corrected) / (deviation + epsilon);
        ema[i] = emaDecay * (ema[i] ?? 0) + (1 - emaDecay) * parameter[i];
      });
    }
    return norm;
  };
  return { state, step };
}

test("fifty clipped, decayed, averaged steps agree with float64 arithmetic for lengths of every remainder", () => {
  const arena = createParameterArena(declarations, { seed: 1 });
  const optimizer = createAdamW(arena, { beta1, beta2, epsilon, weightDecay });
  const reference = referenceAdamW(arena);
  const clipped: boolean[] = [];
  for (let t = 1; t <= 50; t++) {
    const gradients = new Map<string, Float32Array>();
    for (const { name } of arena.entries) {
      const gradient = arena.view("gradients", name);
      randomStream(t, name).fillNormal(gradient, t % 2 === 0 ? 1 : 0.01);
      gradients.set(name, gradient);
    }
    const norm = reference.step(gradients, t);
    const { gradientNorm, applied } = optimizer.step({ learningRate, clipNorm, emaDecay });
    expect(applied).toBe(true);
    expect(Math.abs(gradientNorm / norm - 1)).toBeLessThan(1e-12);
    clipped.push(gradientNorm > clipNorm);
  }
  expect(clipped.filter(Boolean)).toHaveLength(25);
  for (const { entry, parameter, ema } of reference.state) {
    arena.view("parameters", entry.name).forEach((value, i) => {
      expect(Math.abs(value - (parameter[i] ?? NaN))).toBeLessThan(3e-6);
    });
    arena.view("ema", entry.name).forEach((value, i) => {
      expect(Math.abs(value - (ema[i] ?? NaN))).toBeLessThan(3e-6);
    });
  }
});

test("padding stays zero and a gradient that is not finite changes nothing", () => {
  const arena = createParameterArena(declarations, { seed: 2 });
  const optimizer = createAdamW(arena);
  for (const { name } of arena.entries) arena.view("gradients", name).fill(1);
  optimizer.step({ learningRate, clipNorm, emaDecay });
  const used = new Set<number>();
  for (const { offset, size } of arena.entries) for (let i = 0; i < size; i++) used.add(offset + i);
  const padding = arena.section("parameters").filter((_, index) => !used.has(index));
  expect(padding.length).toBeGreaterThan(0);
  expect(padding.every((value) => value === 0)).toBe(true);

  const before = Float32Array.from(arena.section("parameters"));
  arena.view("gradients", "three")[1] = Infinity;
  expect(optimizer.step({ learningRate, clipNorm, emaDecay })).toEqual({ gradientNorm: Infinity, applied: false });
  expect(arena.section("parameters")).toEqual(before);
  expect(optimizer.stepCount).toBe(1);
});

test("two accumulated micro-batches of half weight equal one batch", () => {
  const whole = createParameterArena(declarations, { seed: 3 });
  const parts = createParameterArena(declarations, { seed: 3, accumulate: true });
  const [wholeOptimizer, partsOptimizer] = [createAdamW(whole), createAdamW(parts)];
  for (let step = 0; step < 3; step++) {
    for (const value of [0.25, 0.75]) {
      parts.section("gradients").fill(0);
      for (const { name } of parts.entries) parts.view("gradients", name).fill(value);
      partsOptimizer.accumulate();
    }
    for (const { name } of whole.entries) whole.view("gradients", name).fill(0.5);
    wholeOptimizer.step({ learningRate, clipNorm, emaDecay });
    partsOptimizer.step({ learningRate, clipNorm, emaDecay, gradientScale: 0.5 });
  }
  expect(parts.section("parameters")).toEqual(whole.section("parameters"));
});

test("first values depend on the seed and the name, not on the order of declaration", () => {
  const forward = createParameterArena(declarations, { seed: 4 });
  const backward = createParameterArena(declarations.toReversed(), { seed: 4 });
  const other = createParameterArena(declarations, { seed: 5 });
  const values = forward.view("parameters", "thousand");
  expect(backward.view("parameters", "thousand")).toEqual(values);
  expect(other.view("parameters", "thousand")).not.toEqual(values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.06);
  expect(Math.abs(Math.sqrt(variance) - 0.5)).toBeLessThan(0.05);
});
