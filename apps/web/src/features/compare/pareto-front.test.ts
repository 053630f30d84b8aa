import fc from "fast-check";
import { expect, test } from "vitest";
import { frontEdge, paretoFront } from "./pareto-front.ts";

const spots = [
  { name: "cheap", x: 5, y: 60 },
  { name: "beaten", x: 12, y: 61 },
  { name: "middle", x: 10, y: 66 },
  { name: "dear", x: 30, y: 70 },
];
const names = (front: readonly { readonly name: string }[]) => front.map(({ name }) => name);

test("the front keeps what no other one beats, whichever side is better", () => {
  expect(names(paretoFront(spots, { x: "lower", y: "higher" }))).toEqual(["cheap", "middle", "dear"]);
  expect(names(paretoFront(spots, { x: "higher", y: "higher" }))).toEqual(["dear"]);
  expect(names(paretoFront(spots, { x: "higher", y: "lower" }))).toEqual(["cheap", "beaten", "dear"]);
  expect(paretoFront(spots, { x: null, y: "higher" })).toEqual([]);
});

test("equal spots are both on the front, and one better in a single dimension beats", () => {
  const twins = [
    { name: "a", x: 1, y: 1 },
    { name: "b", x: 1, y: 1 },
    { name: "c", x: 1, y: 0.5 },
  ];
  expect(names(paretoFront(twins, { x: "lower", y: "higher" }))).toEqual(["a", "b"]);
});

test("no spot of a front beats another one, and every other spot is beaten by one of the front", () => {
  const spot = fc.record({ x: fc.integer({ min: 0, max: 9 }), y: fc.integer({ min: 0, max: 9 }) });
  fc.assert(
    fc.property(fc.array(spot, { minLength: 1, maxLength: 30 }), (list) => {
      const front = paretoFront(list, { x: "lower", y: "lower" });
      const beats = (a: { x: number; y: number }, b: { x: number; y: number }) =>
        a.x <= b.x && a.y <= b.y && (a.x < b.x || a.y < b.y);
      expect(front.length).toBeGreaterThan(0);
      for (const one of list) expect(front.some((best) => beats(best, one))).toBe(!front.includes(one));
    }),
  );
});

test("the edge is as bad as the worse of two neighbours between them", () => {
  const better = { x: "lower", y: "higher" } as const;
  expect(frontEdge(paretoFront(spots, better), better)).toEqual([
    { x: 5, y: 60 },
    { x: 10, y: 60 },
    { x: 10, y: 66 },
    { x: 30, y: 66 },
    { x: 30, y: 70 },
  ]);
});
