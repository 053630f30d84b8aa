import { expect, test } from "vitest";
import { parseRunIds } from "./compare-address.ts";

test("an address names runs, each once; anything else is passed over", () => {
  expect(parseRunIds("run_a1,run_b2,run_a1")).toEqual(["run_a1", "run_b2"]);
  expect(parseRunIds("img_x,,<script>")).toEqual([]);
  expect(parseRunIds(null)).toEqual([]);
});
