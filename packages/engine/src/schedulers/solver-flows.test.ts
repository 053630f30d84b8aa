import fc from "fast-check";
import { expect, test } from "vitest";
import { planScheduler } from "./index.ts";
import type { History, Plan } from "./scheduler.ts";

const FLOW = { use_flow_sigmas: true, prediction_type: "flow_prediction" };
const TOKENS = 1_024;

function planOf(configuration: Readonly<Record<string, unknown>>, steps: number, imageTokens: number | null = null) {
  return planScheduler(configuration, { steps, eta: 0, imageTokens });
}

function sigmasOf(plan: Plan): number[] {
  return [...(plan as Plan & { readonly sigmas: Float32Array }).sigmas];
}

function close(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 6);
}

/** Shares of noise from 1 down to one training timestep, without the last: 5 steps of 1,000. */
const EVEN = [0, 1, 2, 3, 4].map((i) => 1 - (i * 0.999) / 5);

test("UniPC's flow begins just below pure noise, shifted as asked, and ends at none", () => {
  const { plan } = planOf({ _class_name: "UniPCMultistepScheduler", ...FLOW, flow_shift: 3 }, 5);
  const shifted = EVEN.map((sigma) => (3 * sigma) / (1 + 2 * sigma));
  close(sigmasOf(plan), [1 - 1e-6, ...shifted.slice(1), 0]);
  expect(plan.timesteps).toEqual([999, ...shifted.slice(1).map((sigma) => Math.trunc(sigma * 1_000))]);
});

test("flows shift with the size of the picture where they are told to", () => {
  const mu = 0.5 + ((1.15 - 0.5) / (4_096 - 256)) * (TOKENS - 256);
  const bend = (sigma: number) => Math.exp(mu) / (Math.exp(mu) + (1 / sigma - 1));
  const dynamic = { ...FLOW, use_dynamic_shifting: true };
  const unipc = planOf({ _class_name: "UniPCMultistepScheduler", ...dynamic }, 5, TOKENS).plan;
  close(sigmasOf(unipc), [1 - 1e-6, ...EVEN.slice(1).map(bend), 0]);
  const others = ["DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "DEISMultistepScheduler"];
  // These leave pure noise out: their grid is even in the share of the picture and turned round.
  const rising = [0, 1, 2, 3, 4, 5].map((i) => (i * 0.999) / 5);
  const falling = rising.slice(1).toReversed().map(bend);
  for (const id of others)
    close(sigmasOf(planOf({ _class_name: id, ...dynamic }, 5, TOKENS).plan).slice(0, 5), falling);
  expect(() => planOf({ _class_name: "UniPCMultistepScheduler", ...dynamic }, 5)).toThrow("number of image tokens");
});

test("a flow's last share of noise is stretched to where it shall end; elsewhere that makes no sense", () => {
  const unipc = { _class_name: "UniPCMultistepScheduler", shift_terminal: 0.1 };
  const sigmas = sigmasOf(planOf({ ...unipc, ...FLOW }, 5).plan);
  expect(sigmas[4]).toBeCloseTo(0.1, 6);
  expect(sigmas[2]).toBeCloseTo(1 - ((1 - (EVEN[2] ?? 0)) * 0.9) / (1 - (EVEN[4] ?? 0)), 6);
  expect(() => planOf(unipc, 5)).toThrow("goes with use_flow_sigmas only");
});

test("Karras' ratios become shares of noise on UniPC's flow", () => {
  const unipc = { _class_name: "UniPCMultistepScheduler", use_karras_sigmas: true };
  const [ratios, shares] = [sigmasOf(planOf(unipc, 6).plan), sigmasOf(planOf({ ...unipc, ...FLOW }, 6).plan)];
  close(
    shares,
    ratios.map((sigma) => sigma / (1 + sigma)),
  );
});

test("UniPC integrates a straight flow exactly, whatever the shift, order and number of steps", () => {
  const settings = fc.record({
    flow_shift: fc.double({ min: 0.5, max: 5, noNaN: true }),
    solver_order: fc.integer({ min: 1, max: 3 }),
    solver_type: fc.constantFrom("bh1", "bh2"),
    steps: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(settings, ({ steps, ...changes }) => {
      const { plan, scheduler } = planOf({ _class_name: "UniPCMultistepScheduler", ...FLOW, ...changes }, steps);
      const [picture, noise] = [0.8, -0.4];
      let sample: Float32Array = Float32Array.of(noise);
      let history: History = [];
      const modelOutput = Float32Array.of(noise - picture);
      for (let index = 0; index < steps; index++) {
        ({ sample, history } = scheduler.step({ plan, index, modelOutput, sample, noise: null, history }));
      }
      expect(sample[0]).toBeCloseTo(picture, 4);
    }),
  );
});

test("on the cosine schedule DPM-Solver cuts Karras' timesteps, its relatives round them", () => {
  const cosine = { beta_schedule: "squaredcos_cap_v2", use_karras_sigmas: true };
  const timestepsOf = (id: string) => planOf({ _class_name: id, ...cosine }, 20).plan.timesteps;
  const cut = timestepsOf("DPMSolverMultistepScheduler");
  for (const id of ["UniPCMultistepScheduler", "DPMSolverSinglestepScheduler", "DEISMultistepScheduler"]) {
    const gaps = timestepsOf(id).map((timestep, i) => timestep - (cut[i] ?? Number.NaN));
    expect(new Set(gaps)).toEqual(new Set([0, 1]));
  }
});

test("UniPC thresholds pictures, and noise never", () => {
  const step = (changes: Readonly<Record<string, unknown>>) => {
    const unipc = { _class_name: "UniPCMultistepScheduler", ...changes };
    const { plan, scheduler } = planOf(unipc, 4);
    const sample = Float32Array.of(3, -2, 0.5, 1);
    const modelOutput = Float32Array.of(0.2, 0.1, -0.3, 0.4);
    return scheduler.step({ plan, index: 2, modelOutput, sample, noise: null, history: [] }).sample;
  };
  const noise = { predict_x0: false, final_sigmas_type: "sigma_min" };
  expect(step({ ...noise, thresholding: true })).toEqual(step(noise));
  expect(step({ thresholding: true })).not.toEqual(step({}));
});
