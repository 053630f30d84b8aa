import { expect, test } from "vitest";
import { absoluteDifference } from "./absolute-difference.ts";

test("differences are absolute, opaque, made stronger only in what is shown, and cut at white", () => {
  const a = Uint8ClampedArray.of(10, 20, 30, 255, 0, 0, 0, 0);
  const b = Uint8ClampedArray.of(13, 14, 30, 255, 200, 0, 0, 255);
  const { pixels, mean, largest } = absoluteDifference(a, b, 4);
  expect([...pixels]).toEqual([12, 24, 0, 255, 255, 0, 0, 255]);
  expect(mean).toBeCloseTo((3 + 6 + 200) / 6, 12);
  expect(largest).toBe(200);
});

test("pictures of different sizes are refused", () => {
  expect(() => absoluteDifference(new Uint8ClampedArray(4), new Uint8ClampedArray(8), 1)).toThrow("expected 4 numbers");
});
