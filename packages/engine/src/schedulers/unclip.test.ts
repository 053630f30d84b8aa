import { expect, test } from "vitest";
import { planScheduler } from "./index.ts";

const plan = (steps: number, settings = {}) =>
  planScheduler({ _class_name: "UnCLIPScheduler", ...settings }, { steps, eta: 0, imageTokens: null });

test("timesteps run from the last to 0, and no noise is drawn at 0", () => {
  const { plan: made } = plan(7);
  expect(made.timesteps).toEqual([999, 832, 666, 500, 333, 166, 0]);
  expect(made.drawsNoise).toEqual([true, true, true, true, true, true, false]);
  expect(plan(1_000).plan.timesteps.slice(-3)).toEqual([2, 1, 0]);
});

test.each([0, 1, 1_001, 2.5])("%d steps are refused with the number", (steps) => {
  expect(() => plan(steps)).toThrow(`a whole number from 2 to 1000, got ${steps}`);
});

test("a network that knows the clean sample is followed to it, within the bound", () => {
  const { plan: made, scheduler } = plan(5, { prediction_type: "sample", clip_sample_range: 5 });
  let sample = new Float32Array(2).fill(0.1);
  for (let index = 0; index < 5; index++) {
    const modelOutput = Float32Array.of(3, 8);
    ({ sample } = scheduler.step({ plan: made, index, modelOutput, sample, noise: null, history: [] }) as {
      sample: Float32Array<ArrayBuffer>;
    });
  }
  // The last beta and 1 - alpha-bar are rounded apart, by 5 in 10,000.
  expect(sample[0]).toBeCloseTo(3, 2);
  expect(sample[1]).toBeCloseTo(5, 2);
});

test("a learned variance lies between the two bounds of the posterior", () => {
  const { plan: made, scheduler } = plan(5, { variance_type: "learned_range" });
  const drawn = (share: number) => {
    const step = { plan: made, index: 2, sample: Float32Array.of(0), history: [] };
    const modelOutput = Float32Array.of(0, share);
    const at = (noise: number) =>
      scheduler.step({ ...step, modelOutput, noise: Float32Array.of(noise) }).sample[0] ?? 0;
    return at(1) - at(0);
  };
  const betas = (made as unknown as { readonly betas: readonly number[] }).betas;
  expect(drawn(1)).toBeCloseTo(Math.sqrt(betas[2] ?? 0), 5);
  expect(drawn(-1)).toBeLessThan(drawn(0));
  expect(drawn(0)).toBeLessThan(drawn(1));
});
