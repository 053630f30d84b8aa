import fc from "fast-check";
import { expect, test } from "vitest";
import { createMt19937 } from "../random/mt19937.ts";
import { findRoot } from "./find-root.ts";
import { normalCdf, normalQuantile } from "./normal-distribution.ts";
import { quantile } from "./quantile.ts";
import { studentTProbability, studentTQuantile } from "./student-t.ts";
import { shuffledIndices, uniformInteger } from "./uniform-integer.ts";

test("normal and t quantiles are those of the tables", () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  expect(normalCdf(-3)).toBeCloseTo(0.0013498980316300933, 15);
  for (const degrees of [1, 2, 5, 19]) {
    for (const share of [0.02, 0.5, 0.9]) {
      expect(studentTProbability(studentTQuantile(share, degrees), degrees)).toBeCloseTo(share, 10);
    }
  }
  expect(() => studentTProbability(Number.NaN, 3)).toThrow("not defined");
  expect(studentTQuantile(0.975, 1)).toBeCloseTo(12.706204736174698, 10);
  expect(studentTQuantile(0.975, 2)).toBeCloseTo(4.302652729749464, 11);
  expect(studentTQuantile(0.975, 3)).toBeCloseTo(3.182446305283709, 11);
  expect(studentTQuantile(0.975, 19)).toBeCloseTo(2.093024054408309, 11);
  expect(studentTQuantile(0.05, 10)).toBeCloseTo(-1.8124611228116763, 11);
  expect(studentTQuantile(0.5, 4)).toBe(0);
});

test("t tends to the normal distribution", () => {
  expect(studentTQuantile(0.9, 100_001)).toBeCloseTo(normalQuantile(0.9), 4);
});

test("a quantile lies between its neighbours", () => {
  expect(quantile(Float64Array.of(4, 1, 3, 2), 0.5)).toBe(2.5);
  expect(quantile(Float64Array.of(7), 0.975)).toBe(7);
  expect(() => quantile(new Float64Array(0), 0.5)).toThrow("0.5 of 0 values");
});

test("every number below the bound comes up about as often", () => {
  const generator = createMt19937(3n);
  const counts = new Int32Array(7);
  for (let i = 0; i < 70_000; i++) {
    const drawn = uniformInteger(generator, 7);
    counts[drawn] = Number(counts[drawn]) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  expect(() => uniformInteger(generator, 0)).toThrow("got 0");
});

test("a shuffle is a permutation, the same for the same seed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.bigInt({ min: 0n, max: 1000n }), (count, seed) => {
      const order = shuffledIndices(createMt19937(seed), count);
      expect([...order].toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(shuffledIndices(createMt19937(seed), count)).toEqual(order);
    }),
  );
});

test("a root is found to the last digit, or its absence reported", () => {
  expect(findRoot((x) => x * x - 2, 0, 2)).toBeCloseTo(Math.SQRT2, 15);
  expect(() => findRoot((x) => x + 1, 0, 2)).toThrow("no change of sign between 0 (1) and 2 (3)");
});
