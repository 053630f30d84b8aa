import { expect, test } from "vitest";
import { solveLinear } from "./solve-linear.ts";

test("a system that needs its rows exchanged is solved", () => {
  const matrix = [Float64Array.of(0, 2, 1), Float64Array.of(1, -2, -3), Float64Array.of(-1, 1, 2)];
  const solution = solveLinear(matrix, Float64Array.of(-8, 0, 3));
  expect(Array.from(solution)).toEqual([expect.closeTo(-4, 12), expect.closeTo(-5, 12), expect.closeTo(2, 12)]);
});

test("a singular system is refused with its column", () => {
  const matrix = [Float64Array.of(1, 2), Float64Array.of(2, 4)];
  expect(() => solveLinear(matrix, Float64Array.of(1, 2))).toThrow("column 1");
});
