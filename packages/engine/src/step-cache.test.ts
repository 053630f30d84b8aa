import { expect, test } from "vitest";
import { afterModelCall, reusedAnswer, type StepCache } from "./step-cache.ts";

interface Walk {
  /** Which calls asked the network. */
  readonly asked: readonly number[];
  readonly end: number;
  readonly cache: StepCache | null;
}

/** Euler's method from 1 at time 1 to time 0 along x' = answer(x), with answers given again below the threshold. */
function walk(answer: (x: number) => number, threshold: number, calls = 40): Walk {
  const asked: number[] = [];
  let cache: StepCache | null = null;
  let x = 1;
  for (let index = 0; index < calls; index++) {
    const sample = Float32Array.of(x);
    const reused: StepCache | null = reusedAnswer({ cache, sample, index, calls, threshold });
    cache = reused ?? afterModelCall(cache, { sample, output: Float32Array.of(answer(x)) });
    if (reused === null) asked.push(index);
    x -= (cache.output[0] ?? Number.NaN) / calls;
  }
  return { asked, end: x, cache };
}

test("a straight path needs the first three calls and the last", () => {
  const { asked, end, cache } = walk(() => 0.5, 0.01);
  expect(asked).toEqual([0, 1, 2, 39]);
  expect(end).toBeCloseTo(0.5, 5);
  expect(cache).toMatchObject({ reused: 36, errorMax: 0 });
});

test("a bent path is asked more often the smaller the threshold, and ends nearer", () => {
  const runs = [0.2, 0.05, 0.01].map((threshold) => ({ threshold, ...walk((x) => x, threshold) }));
  const exact = walk((x) => x, 1e-9);
  expect(exact.asked).toHaveLength(40);
  for (const [i, { threshold, asked, end, cache }] of runs.entries()) {
    expect(cache?.errorMax).toBeLessThan(threshold);
    expect(Math.abs(end - exact.end) / exact.end).toBeLessThan(threshold);
    expect(asked.length).toBeGreaterThan(runs[i - 1]?.asked.length ?? 0);
  }
  expect(runs[0]?.asked.length).toBeLessThan(20);
});

test("the estimate is the true relative error where answers follow samples in a line", () => {
  const first = afterModelCall(null, { sample: Float32Array.of(4), output: Float32Array.of(8) });
  const cache = afterModelCall(first, { sample: Float32Array.of(3), output: Float32Array.of(6) });
  const reused = reusedAnswer({ cache, sample: Float32Array.of(2.4), index: 5, calls: 10, threshold: 0.5 });
  expect(reused?.error).toBeCloseTo(Math.abs(2 * 2.4 - 6) / 6, 6);
  expect(reusedAnswer({ cache, sample: Float32Array.of(2.4), index: 9, calls: 10, threshold: 0.5 })).toBeNull();
});
