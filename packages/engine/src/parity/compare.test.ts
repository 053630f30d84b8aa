import { expect, test } from "vitest";
import { arrayDifference, figureDifference } from "./compare.ts";

const recorded = { dtype: "<f4", shape: [2], data: Float32Array.of(1, 2) };

test("a NaN is infinitely wrong, a shape that differs is an error", () => {
  expect(arrayDifference({ shape: [2], data: [1, 2.5] }, recorded)).toBe(0.5);
  expect(arrayDifference({ shape: [2], data: [Number.NaN, 2] }, recorded)).toBe(Infinity);
  expect(() => arrayDifference({ shape: [1, 2], data: [1, 2] }, recorded)).toThrow("expected shape [2], got [1,2]");
});

test("figures are compared wherever numbers stand", () => {
  const figures = { theta: [1, 2], deeper: { mean: 4 } };
  expect(figureDifference({ theta: [1, 2.5], deeper: { mean: 4 } }, figures)).toEqual({
    absolute: 0.5,
    relative: 0.25,
  });
  expect(() => figureDifference({ theta: [1] }, figures)).toThrow("expected.theta.1: expected a number, got undefined");
  expect(() => figureDifference({}, {})).toThrow("nothing to compare");
});
