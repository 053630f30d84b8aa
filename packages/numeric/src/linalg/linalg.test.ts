import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTorchNormal } from "../random/torch-normal.ts";
import { invertPositiveDefinite } from "./invert-positive-definite.ts";
import { matrix, type Matrix } from "./matrix.ts";
import { addSelfProduct, multiplyTransposed } from "./multiply-transposed.ts";
import { nuclearNormOfProduct } from "./nuclear-norm.ts";
import { pivotedCholesky } from "./pivoted-cholesky.ts";
import { singularValues } from "./singular-values.ts";
import { triangularFactor } from "./triangular-factor.ts";

function randomMatrix(rows: number, columns: number, seed = 1): Matrix {
  return matrix(rows, columns, Float64Array.from(createTorchNormal(BigInt(seed)).normal([rows, columns])));
}

function transposed(a: Matrix): Matrix {
  const data = Float64Array.from(a.data, (_, i) => a.data[(i % a.rows) * a.columns + Math.floor(i / a.rows)] ?? 0);
  return matrix(a.columns, a.rows, data);
}

function zeros(size: number): Matrix {
  return matrix(size, size, new Float64Array(size * size));
}

function expectClose(a: Matrix, b: Matrix, tolerance: number): void {
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns]);
  const differences = Float64Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] ?? Number.NaN)));
  expect(Math.max(0, ...differences)).toBeLessThanOrEqual(tolerance);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function squaredNorm(a: Matrix): number {
  return sum(Float64Array.from(a.data, (value) => value * value));
}

const sizes = fc.tuple(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 300 }),
);

describe("products", () => {
  test("A B^T is what its definition says, for every size of edge tile", () => {
    fc.assert(
      fc.property(sizes, ([m, n, depth]) => {
        const [a, b] = [randomMatrix(m, depth, m), randomMatrix(n, depth, n + 100)];
        const expected = new Float64Array(m * n);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            for (let k = 0; k < depth; k++) {
              expected[i * n + j] =
                Number(expected[i * n + j]) + Number(a.data[i * depth + k]) * Number(b.data[j * depth + k]);
            }
          }
        }
        expectClose(multiplyTransposed(a, b), matrix(m, n, expected), 1e-12 * depth);
      }),
      { numRuns: 30 },
    );
  });

  test("C + X^T X adds up over chunks of X and is symmetric", () => {
    const x = randomMatrix(301, 37);
    const first = matrix(100, 37, x.data.subarray(0, 3700));
    const rest = matrix(201, 37, x.data.subarray(3700));
    const whole = addSelfProduct(zeros(37), x);
    expectClose(addSelfProduct(addSelfProduct(zeros(37), first), rest), whole, 1e-11);
    expectClose(whole, transposed(whole), 0);
    expectClose(whole, multiplyTransposed(transposed(x), transposed(x)), 1e-11);
  });

  test("sizes that do not fit are refused with their numbers", () => {
    expect(() => multiplyTransposed(zeros(2), zeros(3))).toThrow("A has 2 columns, B has 3");
    expect(() => addSelfProduct(zeros(2), randomMatrix(4, 3))).toThrow("C is 2 x 2, X has 3 columns");
    expect(() => matrix(2, 3, new Float64Array(5))).toThrow("2 x 3 needs 6 elements, got 5");
  });
});

describe("factors", () => {
  test.each([
    [5, 3],
    [70, 70],
    [200, 64],
    [65, 200],
    [129, 300],
  ])("pivoted Cholesky of %i samples in %i dimensions finds the rank and reproduces the matrix", (samples, size) => {
    const s = addSelfProduct(zeros(size), randomMatrix(samples, size));
    const factor = pivotedCholesky(s);
    expect(factor.rows).toBe(Math.min(samples, size));
    expectClose(multiplyTransposed(transposed(factor), transposed(factor)), s, 1e-11);
  });

  test("pivoted Cholesky stops at a given rank, and at nothing for zeros", () => {
    const s = addSelfProduct(zeros(100), randomMatrix(200, 100));
    expect(pivotedCholesky(s, 70).rows).toBe(70);
    expect(pivotedCholesky(zeros(9)).rows).toBe(0);
    expect(() => pivotedCholesky(matrix(1, 1, Float64Array.of(Number.NaN)))).toThrow("diagonal element 0 of 1 is NaN");
  });

  test("R^T R = A^T A", () => {
    for (const [rows, columns] of [
      [1, 1],
      [7, 7],
      [90, 33],
    ] as const) {
      const a = randomMatrix(rows, columns);
      const factor = transposed(triangularFactor(a));
      expectClose(multiplyTransposed(factor, factor), addSelfProduct(zeros(columns), a), 1e-12);
    }
  });

  test("a matrix times its inverse is the identity; an indefinite one has none", () => {
    const a = addSelfProduct(zeros(6), randomMatrix(20, 6));
    const identity = zeros(6);
    for (let i = 0; i < 6; i++) identity.data[i * 7] = 1;
    expectClose(multiplyTransposed(a, invertPositiveDefinite(a)), identity, 1e-13);
    expect(() => invertPositiveDefinite(matrix(2, 2, Float64Array.of(1, 2, 2, 1)))).toThrow("pivot 1 is -3");
  });
});

describe("singular values", () => {
  test("of a diagonal matrix are its magnitudes in falling order", () => {
    const diagonal = matrix(3, 3, Float64Array.of(-2, 0, 0, 0, 5, 0, 0, 0, 0));
    expectClose(matrix(3, 1, singularValues(diagonal)), matrix(3, 1, Float64Array.of(5, 2, 0)), 1e-14);
  });

  test("of an outer product are one number, to the last digits of the largest", () => {
    const [u, v] = [randomMatrix(50, 1, 3), randomMatrix(31, 1, 4)];
    const norm = Math.hypot(...u.data) * Math.hypot(...v.data);
    const [first = 0, second = 0] = singularValues(multiplyTransposed(u, v));
    expect(first / norm).toBeCloseTo(1, 13);
    expect(second / norm).toBeLessThan(1e-14);
  });

  test("have the squares' sum, the transpose's values, and scale", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: -60, max: 60 }), ([m, n], exponent) => {
        const a = randomMatrix(m, n, m + n);
        const values = singularValues(a);
        const squares = squaredNorm(a);
        expect(sum(values.map((value) => value * value)) / squares).toBeCloseTo(1, 12);
        expect(sum(singularValues(transposed(a))) / sum(values)).toBeCloseTo(1, 12);
        const scaled = matrix(
          m,
          n,
          Float64Array.from(a.data, (value) => value * 10 ** exponent),
        );
        expect(sum(singularValues(scaled)) / 10 ** exponent / sum(values)).toBeCloseTo(1, 12);
      }),
      { numRuns: 40 },
    );
  });

  test("a row too short to divide by does no harm beside large ones", () => {
    const near = randomMatrix(12, 9);
    for (let i = 0; i < 12; i++) near.data[i * 9] = i === 0 ? 1 : 0;
    for (let j = 1; j < 9; j++) near.data[j] = j * Number.MIN_VALUE;
    const exact = matrix(12, 9, near.data.slice());
    exact.data.fill(0, 1, 9);
    expectClose(matrix(9, 1, singularValues(near)), matrix(9, 1, singularValues(exact)), 1e-14);
  });

  test("a number that is none is named", () => {
    expect(() => singularValues(matrix(1, 2, Float64Array.of(1, Number.NaN)))).toThrow("element 1 of 1 x 2 is NaN");
  });
});

test("the nuclear norm of A A^T is the trace, and reducing a tall side changes nothing", () => {
  for (const [rows, columns] of [
    [40, 60],
    [150, 20],
  ] as const) {
    const a = randomMatrix(rows, columns);
    const trace = squaredNorm(a);
    expect(nuclearNormOfProduct(a, a) / trace).toBeCloseTo(1, 13);
    const b = randomMatrix(rows + 5, columns, 2);
    expect(nuclearNormOfProduct(a, b) / sum(singularValues(multiplyTransposed(a, b)))).toBeCloseTo(1, 12);
  }
});

test("the nuclear norm of pivoted factors, whose columns are put in order, is that of their product", () => {
  for (const [rank, size] of [
    [90, 70],
    [40, 75],
  ] as const) {
    const [a, b] = [1, 2].map((seed) => pivotedCholesky(addSelfProduct(zeros(size), randomMatrix(rank, size, seed))));
    if (a === undefined || b === undefined) throw new Error("two factors expected");
    expect(nuclearNormOfProduct(a, b) / sum(singularValues(multiplyTransposed(a, b)))).toBeCloseTo(1, 13);
  }
});
