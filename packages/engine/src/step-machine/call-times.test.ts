import { expect, test } from "vitest";
import { createCallTimes } from "./call-times.ts";

function timesOf(perRowMs: Readonly<Record<number, number>>) {
  const times = createCallTimes();
  for (const [rows, each] of Object.entries(perRowMs)) {
    for (let call = 0; call < 3; call++) times.note(Number(rows), Number(rows) * each);
  }
  return times;
}

test("a limit is twice what is known, until more rows stop paying", () => {
  expect(createCallTimes().limit(1)).toBe(2);
  expect(timesOf({ 1: 10 }).limit(1)).toBe(2);
  expect(timesOf({ 1: 10, 2: 8 }).limit(1)).toBe(4);
  expect(timesOf({ 1: 10, 2: 8, 4: 7, 8: 6.9 }).limit(1)).toBe(4);
  expect(timesOf({ 2: 10, 4: 9.9 }).limit(2)).toBe(2);
  expect(timesOf({ 1: 10, 2: 11 }).limit(1)).toBe(1);
});

test("the quickest call of a size counts, and a size needs three", () => {
  const times = timesOf({ 1: 10 });
  times.note(2, 30);
  times.note(3, 18);
  expect(times.limit(1)).toBe(2);
  times.note(2, 40);
  expect(times.limit(1)).toBe(4);
  expect([...times.perRowMs]).toEqual([
    [1, 10],
    [2, 6],
  ]);
});
