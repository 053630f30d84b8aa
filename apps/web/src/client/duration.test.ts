import { expect, test } from "vitest";
import { duration } from "./duration.ts";

test.each([
  [0, "0.0 s"],
  [0.0042, "4 ms"],
  [9.94, "9.9 s"],
  [61, "61 s"],
  [130, "2 min"],
  [7_300, "2 h"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
