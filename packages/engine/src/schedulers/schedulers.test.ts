import { SCHEDULER_IDS } from "@mezzotint/contracts/catalogue";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sumOf } from "../schedule/single.ts";
import { completeConfiguration, planScheduler, type PlannedScheduler } from "./index.ts";
import type { History, Plan } from "./scheduler.ts";

const ALL_STEPS = Array.from({ length: 100 }, (_, index) => index);
const SCALED_LINEAR = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: "scaled_linear" };

function plan(configuration: Readonly<Record<string, unknown>>, steps: number, eta = 0): PlannedScheduler {
  return planScheduler(configuration, { steps, eta, imageTokens: null });
}

interface SolveOptions {
  readonly start: number;
  /** Model calls to make; all when absent. */
  readonly calls?: number;
  readonly network: (x: number, index: number) => number;
  /** What every draw gives; 0 when absent. */
  readonly drawn?: number;
}

/** Runs a rule on one number with a network given in closed form. */
function solve(
  { scheduler, plan: made }: PlannedScheduler,
  { start, network, calls, drawn = 0 }: SolveOptions,
): number {
  let sample: Float32Array = Float32Array.of(start);
  let history: History = [];
  for (let index = 0; index < (calls ?? made.timesteps.length); index++) {
    const scaled = (sample[0] as number) / (made.inputNorms[index] as number);
    const modelOutput = Float32Array.of(network(scaled, index));
    ({ sample, history } = scheduler.step({
      plan: made,
      index,
      modelOutput,
      sample,
      noise: Float32Array.of(drawn),
      history,
    }));
  }
  return sample[0] as number;
}

function sigmasOf(made: Plan): Float32Array {
  return (made as Plan & { readonly sigmas: Float32Array }).sigmas;
}

test("a rule whose network always sees the true noise lands on the true picture, for any number of steps", () => {
  // DDIM strides evenly through the timesteps as diffusers does, so only "leading" meets the timesteps it planned.
  const choices = fc.oneof(
    fc.constant(["DDIMScheduler", "leading"] as const),
    fc.tuple(
      fc.constantFrom("EulerDiscreteScheduler", "DPMSolverMultistepScheduler"),
      fc.constantFrom("leading", "trailing", "linspace"),
    ),
  );
  fc.assert(
    fc.property(choices, fc.integer({ min: 2, max: 60 }), ([id, spacing], steps) => {
      const planned = plan({ ...SCALED_LINEAR, _class_name: id, timestep_spacing: spacing, clip_sample: false }, steps);
      const [picture, noise] = [0.37, -1.3];
      const start = startOf(id, planned, { picture, noise });
      expect(solve(planned, { start, network: () => noise })).toBeCloseTo(picture, 3);
    }),
    { numRuns: 60 },
  );
});

/** The noisy sample a rule starts from, in its own scale: x0 + sigma noise, or with unit variance. */
function startOf(
  id: string,
  { plan: made }: PlannedScheduler,
  { picture, noise }: { picture: number; noise: number },
): number {
  if (id === "DDIMScheduler") {
    const alphaBar = (made as Plan & { readonly alphaBars: readonly number[] }).alphaBars[0] as number;
    return Math.sqrt(alphaBar) * picture + Math.sqrt(1 - alphaBar) * noise;
  }
  const sigma = sigmasOf(made)[0] as number;
  const ratio = picture + sigma * noise;
  return id === "EulerDiscreteScheduler" ? ratio : ratio / Math.sqrt(sigma ** 2 + 1);
}

test("a straight flow is integrated exactly, whatever the shift", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0.5, max: 6, noNaN: true }), (steps, shift) => {
      const planned = plan({ _class_name: "FlowMatchEulerDiscreteScheduler", shift }, steps);
      const [picture, noise] = [0.8, -0.4];
      expect(solve(planned, { start: noise, network: () => noise - picture })).toBeCloseTo(picture, 5);
    }),
  );
});

test.each(["EulerAncestralDiscreteScheduler", "KDPM2AncestralDiscreteScheduler"])(
  "%s goes down to a lower sigma and up again by fresh noise",
  (id) => {
    const planned = plan({ ...SCALED_LINEAR, _class_name: id }, 9);
    const [start, slope, drawn] = [3, 0.7, -0.2];
    const sigmas = [...sigmasOf(planned.plan)];
    const expected = sigmas.slice(1).reduce((sample, next, index) => {
      const sigma = sigmas[index] as number;
      const up = Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2);
      const down = Math.sqrt(next ** 2 - up ** 2);
      return sample + (down - sigma) * slope + up * drawn;
    }, start);
    expect(solve(planned, { start, network: () => slope, drawn })).toBeCloseTo(expected, 4);
  },
);

test("TCD without its gamma walks straight to the first timestep; with it, every jump but the last adds noise", () => {
  const configuration = { ...SCALED_LINEAR, _class_name: "TCDScheduler" };
  const [picture, noise] = [0.37, -1.3];
  const at = (alphaBar: number) => Math.sqrt(alphaBar) * picture + Math.sqrt(1 - alphaBar) * noise;
  const still = plan(configuration, 6);
  const { alphaBars, alphaBarsNext } = still.plan as Plan & Record<"alphaBars" | "alphaBarsNext", readonly number[]>;
  const start = at(alphaBars[0] as number);
  expect(solve(still, { start, network: () => noise })).toBeCloseTo(at(alphaBarsNext.at(-1) as number), 5);
  expect(plan(configuration, 6, 0.3).plan.drawsNoise).toEqual([true, true, true, true, true, false]);
});

/** For Gaussian data of deviation s the probability flow is known: the ratio sample scales with sqrt(s^2 + sigma^2). */
describe("order of convergence on Gaussian data", () => {
  const deviation = 0.5;

  /** How far off a rule is at the least sigma it visits; the last jump to 0 is left out where it makes one. */
  function error(configuration: Readonly<Record<string, unknown>>, steps: number): number {
    const common = {
      ...SCALED_LINEAR,
      use_exponential_sigmas: true,
      final_sigmas_type: "sigma_min",
      lower_order_final: false,
    };
    const planned = plan({ ...common, ...configuration }, steps);
    const { inputNorms, timesteps } = planned.plan;
    const sigmas = sigmasOf(planned.plan);
    const onRatios = inputNorms[0] !== 1;
    const toRatio = (sigma: number) => (onRatios ? 1 : Math.sqrt(sigma ** 2 + 1));
    const jumps = sigmas.at(-1) === 0;
    const [first, last] = [sigmas[0] as number, sigmas.at(jumps ? -2 : -1) as number];
    const end = solve(planned, {
      start: Math.sqrt(deviation ** 2 + first ** 2) / toRatio(first),
      calls: timesteps.length - (jumps ? 1 : 0),
      network: (input, index) => {
        const norm = inputNorms[index] as number;
        const sigma = onRatios ? Math.sqrt(norm ** 2 - 1) : (sigmas[index] as number);
        const ratio = input * Math.sqrt(sigma ** 2 + 1);
        return (ratio * sigma) / (deviation ** 2 + sigma ** 2);
      },
    });
    return Math.abs(end * toRatio(last) - Math.sqrt(deviation ** 2 + last ** 2));
  }

  test.each([
    { order: 1, configuration: { _class_name: "EulerDiscreteScheduler" } },
    { order: 1, configuration: { _class_name: "DPMSolverMultistepScheduler", solver_order: 1 } },
    { order: 1, configuration: { _class_name: "DEISMultistepScheduler", solver_order: 1 } },
    { order: 2, configuration: { _class_name: "HeunDiscreteScheduler" } },
    { order: 2, configuration: { _class_name: "KDPM2DiscreteScheduler" } },
    {
      order: 2,
      configuration: { _class_name: "DPMSolverMultistepScheduler", solver_order: 2, solver_type: "midpoint" },
    },
    { order: 2, configuration: { _class_name: "DPMSolverMultistepScheduler", solver_order: 2, solver_type: "heun" } },
    {
      order: 2,
      configuration: { _class_name: "DPMSolverMultistepScheduler", solver_order: 2, algorithm_type: "dpmsolver" },
    },
    { order: 2, configuration: { _class_name: "DPMSolverSinglestepScheduler", solver_order: 2 } },
    { order: 2, configuration: { _class_name: "DEISMultistepScheduler", solver_order: 2 } },
    {
      order: 2,
      configuration: { _class_name: "UniPCMultistepScheduler", solver_order: 2, disable_corrector: ALL_STEPS },
    },
    { order: 3, configuration: { _class_name: "DPMSolverSinglestepScheduler", solver_order: 3, solver_type: "heun" } },
  ])("order $order: $configuration", ({ order, configuration }) => {
    const coarse = error(configuration, 42);
    const fine = error(configuration, 84);
    const measured = Math.log2(coarse / fine);
    expect(measured).toBeGreaterThan(order - 0.45);
    expect(measured).toBeLessThan(order + 1.2);
  });

  test("UniPC's corrector lowers its predictor's error", () => {
    const solver = { _class_name: "UniPCMultistepScheduler", solver_order: 2 };
    expect(error(solver, 20)).toBeLessThan(0.5 * error({ ...solver, disable_corrector: ALL_STEPS }, 20));
    expect(error({ ...solver, solver_type: "bh1" }, 20)).toBeLessThan(
      error({ ...solver, disable_corrector: ALL_STEPS }, 20),
    );
  });

  test("LMS of order 4 is far ahead of Euler", () => {
    expect(error({ _class_name: "LMSDiscreteScheduler" }, 40)).toBeLessThan(
      0.1 * error({ _class_name: "EulerDiscreteScheduler" }, 40),
    );
  });

  test("order 3 starts with lower orders, which hold it to second order but not to its error", () => {
    const solver = { _class_name: "DPMSolverMultistepScheduler" };
    const third = error({ ...solver, solver_order: 3 }, 40);
    expect(third).toBeLessThan(0.6 * error({ ...solver, solver_order: 2 }, 40));
    expect(Math.log2(third / error({ ...solver, solver_order: 3 }, 80))).toBeGreaterThan(1.9);
  });
});

test("DDIM without eta ignores noise, with eta 1 it adds the posterior's deviation", () => {
  const configuration = { ...SCALED_LINEAR, _class_name: "DDIMScheduler", clip_sample: false };
  const noise = createTorchNormal(1n).normal([8]);
  const sample = createTorchNormal(2n).normal([8]);
  const step = (eta: number, drawn: Float32Array) => {
    const { scheduler, plan: made } = plan(configuration, 10, eta);
    return scheduler.step({ plan: made, index: 3, modelOutput: sample, sample, noise: drawn, history: [] }).sample;
  };
  const still = new Float32Array(8);
  expect(step(0, noise)).toEqual(step(0, still));
  const moved = sumOf([1, step(1, noise)], [-1, step(1, still)]);
  const { plan: made } = plan(configuration, 10, 1);
  const { alphaBars, alphaBarsNext } = made as Plan & Record<"alphaBars" | "alphaBarsNext", readonly number[]>;
  const [now, next] = [alphaBars[3] as number, alphaBarsNext[3] as number];
  const deviation = Math.sqrt(((1 - next) / (1 - now)) * (1 - now / next));
  for (const [i, value] of moved.entries()) expect(value).toBeCloseTo(deviation * (noise[i] as number), 5);
});

test.each(SCHEDULER_IDS)("%s: a completed configuration completes to itself and makes an immutable plan", (id) => {
  const configuration = completeConfiguration({ _class_name: id, surprise: 1 });
  expect(completeConfiguration(configuration)).toEqual(configuration);
  expect(configuration).not.toHaveProperty("surprise");
  const first = plan(configuration, 7);
  const again = plan(configuration, 7);
  expect(again.plan).toEqual(first.plan);
  expect(first.plan.inputNorms).toHaveLength(first.plan.timesteps.length);
  expect(first.plan.drawsNoise).toHaveLength(first.plan.timesteps.length);
});

test("what cannot be planned is refused with the numbers", () => {
  expect(() => plan({ _class_name: "MysteryScheduler" }, 5)).toThrow("MysteryScheduler is not known; known are DDIM");
  expect(() => plan({}, 5)).toThrow("without _class_name");
  expect(() => plan({ _class_name: "DDIMScheduler" }, 0)).toThrow("from 1 to 1000, got 0");
  expect(() => plan({ _class_name: "DDIMScheduler" }, 10_000)).toThrow("got 10000");
  expect(() => plan({ _class_name: "DDIMScheduler", beta_schedule: "wavy" }, 5)).toThrow("beta_schedule");
  expect(() => plan({ _class_name: "DDIMScheduler", timestep_spacing: "leading", steps_offset: 1 }, 1_000)).toThrow(
    "1000",
  );
  expect(() => plan({ _class_name: "DPMSolverMultistepScheduler", algorithm_type: "dpmsolver" }, 5)).toThrow(
    "sigma_min",
  );
  const shifting = { _class_name: "FlowMatchEulerDiscreteScheduler", use_dynamic_shifting: true };
  expect(() => plan(shifting, 5)).toThrow("image tokens");
});
