import { expect, test } from "vitest";
import { labelPlaces } from "./label-places.ts";

const area = { width: 300, height: 200 };

test("a name stands to the right of its mark, and to the left where the edge is near", () => {
  expect(labelPlaces([{ text: "ten steps", x: 20, y: 50 }], area)).toEqual([{ x: 29, y: 50, anchor: "start" }]);
  expect(labelPlaces([{ text: "ten steps", x: 290, y: 50 }], area)).toEqual([{ x: 281, y: 50, anchor: "end" }]);
});

test("names cover neither each other nor marks, and one without room is left out", () => {
  const marks = Array.from({ length: 12 }, (_, place) => ({ text: `run ${place}`, x: 150 + (place % 3), y: 100 }));
  const places = labelPlaces(marks, area);
  expect(places.some((place) => place === null)).toBe(true);
  const found = places.filter((place) => place !== null);
  expect(found.length).toBeGreaterThan(1);
  expect(new Set(found.map(({ anchor, y }) => `${anchor} ${y}`)).size).toBe(found.length);
});
