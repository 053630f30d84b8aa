import { expect, test } from "vitest";
import { comparisonOf } from "./testing/comparison.ts";
import { nextOrder, orderRuns, parseTableOrder } from "./table-order.ts";

test("a column sorts by rank both ways, and what is not ranked stays behind", () => {
  const comparison = comparisonOf([
    { id: "second", value: 2, rank: 2 },
    { id: "apart", value: 9, rank: null },
    { id: "first", value: 1, rank: 1 },
  ]);
  const ids = (sort: string | null) => orderRuns(comparison, parseTableOrder(sort)).map(({ id }) => id);
  expect(ids(null)).toEqual(["second", "apart", "first"]);
  expect(ids("kid")).toEqual(["first", "second", "apart"]);
  expect(ids("-kid")).toEqual(["second", "first", "apart"]);
});

test("a head asks for the best first, then the worst, then for no order", () => {
  expect(nextOrder(null, "kid")).toBe("kid");
  expect(nextOrder(parseTableOrder("fid"), "kid")).toBe("kid");
  expect(nextOrder(parseTableOrder("kid"), "kid")).toBe("-kid");
  expect(nextOrder(parseTableOrder("-kid"), "kid")).toBeNull();
});
