import { expect, test } from "vitest";
import { neighboursOf } from "./trail.ts";

test("the trail somebody walked leads on; a picture that is not on it falls back to its family", () => {
  expect(neighboursOf("b", "a b c", ["b", "x"])).toEqual({ previous: "a", next: "c" });
  expect(neighboursOf("c", "a b c", ["b", "c"])).toEqual({ previous: "b", next: null });
  expect(neighboursOf("x", "a b c", ["w", "x"])).toEqual({ previous: "w", next: null });
  expect(neighboursOf("x", "", [])).toEqual({ previous: null, next: null });
});
