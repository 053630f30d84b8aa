import { expect, test } from "vitest";
import { planScheduler } from "./index.ts";
import type { History } from "./scheduler.ts";

const planOf = (steps: number, settings = {}, name = "FlowMatchHeunDiscreteScheduler") =>
  planScheduler({ _class_name: name, ...settings }, { steps, eta: 0, imageTokens: null });

/** From sample 1 at sigma 1 down to 0 along dx/dsigma = velocity(x, sigma). */
function integrate(planned: ReturnType<typeof planOf>, velocity: (x: number, sigma: number) => number): number {
  const { plan, scheduler } = planned;
  let sample = Float32Array.of(1);
  let history: History = [];
  for (const [index, timestep] of plan.timesteps.entries()) {
    const modelOutput = Float32Array.of(velocity(sample[0] ?? Number.NaN, timestep / 1_000));
    const next = scheduler.step({ plan, index, modelOutput, sample, noise: null, history });
    sample = Float32Array.from(next.sample);
    history = next.history;
  }
  return sample[0] ?? Number.NaN;
}

test("every step but the last asks twice, at the noise it leads to", () => {
  const { timesteps } = planOf(3).plan;
  expect(timesteps.map((timestep) => Math.round(timestep * 100) / 100)).toEqual([1_000, 500.5, 500.5, 1, 1]);
  expect(planOf(1).plan.timesteps).toEqual([1_000]);
  const shifted = planOf(2, { shift: 3 }).plan.timesteps;
  // The least sigma, 0.001, is shifted twice.
  const once = 0.003 / 1.002;
  expect(shifted[1]).toBeCloseTo((1_000 * 3 * once) / (1 + 2 * once), 3);
});

test("a straight path is followed, a bent one to second order", () => {
  // The way by the clean picture costs bits where sigma is small.
  expect(integrate(planOf(4), () => 0.75)).toBeCloseTo(0.25, 5);
  // x' = x from 1 down to 0 divides by e.
  const errors = [20, 40].map((steps) => Math.abs(integrate(planOf(steps), (x) => x) - Math.exp(-1)));
  expect((errors[0] ?? 0) / (errors[1] ?? 1)).toBeGreaterThan(3);
  const euler = integrate(planOf(40, {}, "FlowMatchEulerDiscreteScheduler"), (x) => x);
  expect(errors[1]).toBeLessThan(Math.abs(euler - Math.exp(-1)) / 20);
});
