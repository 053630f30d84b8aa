import { expect, test } from "vitest";
import { strengthMeaning } from "./strength-meaning.ts";

const file = { id: "src_1", width: 8, height: 8, url: "/sources/src_1" };

test("a strength is told in words and in the steps it comes to", () => {
  const told = (strength: number | null, mask: typeof file | null = null) =>
    strengthMeaning({ strength, steps: 20, mask });
  expect([0.2, 0.5, 0.75, 1].map((strength) => told(strength))).toEqual([
    "Only touches change. 4 of 20 steps are drawn.",
    "Shapes and colours stay. 10 of 20 steps are drawn.",
    "The rough layout stays. 15 of 20 steps are drawn.",
    "Hardly anything stays. 20 of 20 steps are drawn.",
  ]);
  expect(told(1, file)).toContain("starts from nothing");
  expect(told(0.5, file)).toContain("keeps its look");
  expect(told(null)).toBe("How much of it may change.");
});
