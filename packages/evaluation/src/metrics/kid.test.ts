import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { expect, test } from "vitest";
import { matrixOf } from "../testing/matrices.ts";
import { kernelDistance } from "./kid.ts";

test("KID with another polynomial kernel is the sum over pairs that its definition says", () => {
  const [samples, reference] = [
    matrixOf([
      [1, 2],
      [3, -1],
      [0, 1],
    ]),
    matrixOf([
      [2, 2],
      [1, 0],
    ]),
  ];
  const rows = (m: typeof samples) =>
    [0, 1, 2].slice(0, m.rows).map((i) => [Number(m.data[2 * i]), Number(m.data[2 * i + 1])]);
  const mean = (a: number[][], b: number[][], skip: boolean) => {
    const values = a.flatMap(([x = 0, y = 0], i) =>
      b.flatMap(([u = 0, v = 0], j) => (skip && i === j ? [] : [(0.25 * (x * u + y * v) + 2) ** 2])),
    );
    return values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  const [a, b] = [rows(samples), rows(reference)];
  const expected = mean(a, a, true) + mean(b, b, true) - 2 * mean(a, b, false);
  expect(kernelDistance(samples, reference, { gamma: 0.25, offset: 2, degree: 2 })).toBeCloseTo(expected, 12);
  expect(kernelDistance(samples, reference, { gamma: 0.5 })).toBeCloseTo(kernelDistance(samples, reference), 12);
});

test("sets that are nearly alike keep the digits of their small distance", () => {
  const [samples, reference] = [uniform(1, 1500), uniform(2, 1400)];
  const distance = kernelDistance(samples, reference, { gamma: 0.001, offset: 2, degree: 4 });
  // The same sums in NumPy 1.24 with 64-bit mantissas (longdouble).
  const recorded = -1.025467408864722e-5;
  expect(Math.abs(distance / recorded - 1)).toBeLessThan(1e-9);
});

/** `rows` samples of 4 dimensions in (0, 1): Lehmer's generator, 16807 modulo 2^31 - 1. */
function uniform(seed: number, rows: number): Matrix {
  let state = seed;
  const next = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  return matrix(rows, 4, Float64Array.from({ length: rows * 4 }, next));
}
