import { afterEach, expect, test, vi } from "vitest";
import { createThrottle } from "./throttle.ts";

afterEach(() => vi.useRealTimers());

test("of a thousand values in a second at most one an interval leaves, and the latest of those in between", async () => {
  vi.useFakeTimers();
  const sent: number[] = [];
  const throttle = createThrottle<number>({ intervalMs: 250, send: async (value) => sent.push(value) });
  for (let value = 0; value < 1_000; value++) {
    throttle.push(value);
    await vi.advanceTimersByTimeAsync(1);
  }
  expect(sent).toEqual([0, 249, 499, 749, 999]);
  throttle.push(1_000);
  await throttle.close();
  throttle.push(1_001);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual([0, 249, 499, 749, 999]);
});
