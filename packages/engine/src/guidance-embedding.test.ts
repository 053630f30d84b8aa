import { expect, test } from "vitest";
import { builtInGuidance } from "./guidance-embedding.ts";

/** Every entry whose exponential is the nearest single number on torch too. */
test("the embedding of a strength is that of diffusers 0.40.0.dev0, phases of thousands included", () => {
  const network = { inputs: new Set(["timestep_cond"]), company: "any", channels: 4 } as const;
  const predict = () => Promise.resolve([]);
  const condition = builtInGuidance({ ...network, predict, refuse: () => {} }, 7.5);
  const { shape, data } = condition?.["timestep_cond"] ?? { shape: [], data: new Float32Array() };
  expect(shape).toEqual([1, 256]);
  const recorded = [
    [0, -0.0447847396],
    [9, -0.60400027],
    [10, -0.453172743],
    [15, -0.437433571],
    [18, 0.497962117],
    [137, -0.796984076],
    [142, 0.251742154],
    [255, 0.796083868],
  ] as const;
  for (const [i, value] of recorded) expect(data[i]).toBeCloseTo(value, 6);
});
