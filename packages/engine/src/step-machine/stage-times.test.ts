import { expect, test } from "vitest";
import { createStageTimes } from "./stage-times.ts";

test("a stage's time is the sum of its calls, and unknown where an earlier run made some of them", () => {
  const times = createStageTimes([null, 1]);
  for (const stage of [0, 0, 1]) times.note({ picture: 0, stage, deviceMs: 2 });
  for (const stage of [1, 2, 2]) times.note({ picture: 1, stage, deviceMs: 3 });
  expect(times.of(0)).toEqual([4, 2]);
  expect(times.of(1)).toEqual([null, null, 6]);
  expect(() => times.note({ picture: 2, stage: 0, deviceMs: 1 })).toThrow("picture 2 of 2");
});
