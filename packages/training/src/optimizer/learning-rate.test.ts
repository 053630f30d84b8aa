import { expect, test } from "vitest";
import { learningRate } from "./learning-rate.ts";

const at = (progress: number, step = 1000) => ({ progress, step });

test("cosine and linear fall from the peak to the floor, through their midpoint", () => {
  for (const kind of ["cosine", "linear"] as const) {
    const schedule = { kind, peak: 2, floor: 0.1, warmupSteps: 10 };
    expect(learningRate({ schedule, ...at(0) })).toBe(2);
    expect(learningRate({ schedule, ...at(0.5) })).toBeCloseTo(1.1, 12);
    expect(learningRate({ schedule, ...at(1) })).toBeCloseTo(0.2, 12);
    expect(learningRate({ schedule, ...at(1.5) })).toBeCloseTo(0.2, 12);
  }
  expect(learningRate({ schedule: { kind: "cosine", peak: 1 }, ...at(0.25) })).toBeCloseTo((1 + Math.SQRT1_2) / 2, 12);
});

test("warm-up rises linearly by step and constant stays at the peak", () => {
  const schedule = { kind: "constant", peak: 3, warmupSteps: 4 } as const;
  const rates = [0, 1, 2, 3, 4, 5].map((step) => learningRate({ schedule, progress: 0.9, step }));
  expect(rates).toEqual([0.75, 1.5, 2.25, 3, 3, 3]);
});
