import fc from "fast-check";
import { expect, test } from "vitest";
import { solveLinear } from "./solve-linear.ts";

test("what it solves, it solves, also where the first pivot is 0", () => {
  expect(
    solveLinear(
      [
        [0, 2],
        [4, 1],
      ],
      [6, 7],
    ),
  ).toEqual([1, 3]);
  const entry = fc.double({ min: -5, max: 5, noNaN: true });
  const system = fc.array(fc.array(entry, { minLength: 5, maxLength: 5 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(system, (rows) => {
      // A heavy diagonal keeps the system well conditioned.
      const matrix = rows.map((row, i) => row.slice(0, 4).map((value, j) => (i === j ? value + 30 : value)));
      const right = rows.map((row) => row[4] as number);
      const solution = solveLinear(matrix, right);
      for (const [i, row] of matrix.entries()) {
        expect(row.reduce((sum, value, j) => sum + value * (solution[j] as number), 0)).toBeCloseTo(
          right[i] as number,
          9,
        );
      }
    }),
  );
});

test("singular and misshapen systems are refused", () => {
  expect(() =>
    solveLinear(
      [
        [1, 2],
        [2, 4],
      ],
      [1, 2],
    ),
  ).toThrow("no pivot");
  expect(() => solveLinear([[1, 2]], [1, 2])).toThrow("expected 2 rows of 2, got 2");
});
