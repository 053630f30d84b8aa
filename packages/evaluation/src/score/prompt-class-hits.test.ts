import { expect, test } from "vitest";
import { promptClassHits } from "./prompt-class-hits.ts";

const classes = { classes: ["background", "cat", "dog"], background: 0 };
const CAT = [0, 0, 1, 1];
const DOG = [0, 2, 2, 1];
const NOTHING = [0, 0, 0, 0];

test("only pictures that should show a known class are judged, by the largest class or by presence", () => {
  const pictures = { maps: [CAT, DOG, NOTHING, DOG], wanted: ["cat", "cat", "dog", null] };
  const none = { maps: [], wanted: [] };
  const largest = promptClassHits(pictures, none, { classes, convention: "largest" });
  expect(largest).toEqual({ rows: [0, 1, 2], values: Float64Array.of(1, 0, 0), ceiling: undefined });
  const present = promptClassHits(pictures, none, { classes, convention: "present" });
  expect([...present.values]).toEqual([1, 1, 0]);
  const unknown = { maps: [CAT, CAT], wanted: ["horse", "background"] };
  expect(promptClassHits(unknown, none, { classes, convention: "largest" }).rows).toEqual([]);
});

test("the ceiling weighs the classes of real pictures as they occur among the judged ones", () => {
  const pictures = { maps: [CAT, CAT, CAT, DOG], wanted: ["cat", "cat", "cat", "dog"] };
  const real = { maps: [CAT, DOG, DOG, CAT], wanted: ["cat", "cat", "dog", null] };
  const { ceiling } = promptClassHits(pictures, real, { classes, convention: "largest" });
  expect(ceiling).toBeCloseTo((3 * 0.5 + 1) / 4, 12);
  const withoutDogs = { maps: [CAT], wanted: ["cat"] };
  expect(promptClassHits(pictures, withoutDogs, { classes, convention: "largest" }).ceiling).toBeUndefined();
});
