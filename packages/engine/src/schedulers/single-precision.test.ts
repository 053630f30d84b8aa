import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { expect, test } from "vitest";
import { networkInput, pureNoise } from "../denoise.ts";
import { createGenerator } from "../random-generators.ts";
import { planScheduler } from "./index.ts";
import type { Plan } from "./scheduler.ts";

const round = Math.fround;
const COSINE = { beta_schedule: "squaredcos_cap_v2", timestep_spacing: "trailing" };

/** Written out as torch would run it, one rounding an operation. */
test("Euler on the cosine schedule goes step by step as torch does, from a sigma of 20,000", () => {
  const planned = planScheduler(
    { _class_name: "EulerDiscreteScheduler", ...COSINE },
    { steps: 4, eta: 0, imageTokens: null },
  );
  const { plan, scheduler } = planned;
  const { sigmas } = plan as Plan & { readonly sigmas: Float32Array };
  const [sigma = 0, next = 0] = sigmas;
  expect(sigma).toBeGreaterThan(20_000);
  const noise = createTorchNormal(1n).normal([1, 4, 8, 8]);
  const sample = pureNoise(planned, createGenerator("torch-cpu", "1"), [1, 4, 8, 8]);
  expect(sample).toEqual(noise.map((value) => value * sigma));
  const norm = round(Math.sqrt(round(round(sigma * sigma) + 1)));
  const input = networkInput(planned, { index: 0, sample, history: [] });
  expect(input.sample).toEqual(sample.map((value) => value / norm));

  const modelOutput = noise.map((value) => value * 0.9 + 0.01);
  const expected = sample.map((value, i) => {
    const denoised = round(value - round(sigma * (modelOutput[i] as number)));
    const slope = round(round(value - denoised) / sigma);
    return value + round(slope * round(next - sigma));
  });
  const stepped = scheduler.step({ plan, index: 0, modelOutput, sample, noise: null, history: [] }).sample;
  expect(stepped).toEqual(expected);
});

test("DPM-Solver on the cosine schedule reads the clean picture as torch does, from almost no signal", () => {
  const { plan, scheduler } = planScheduler(
    { _class_name: "DPMSolverMultistepScheduler", ...COSINE },
    { steps: 4, eta: 0, imageTokens: null },
  );
  const { sigmas } = plan as Plan & { readonly sigmas: Float32Array };
  const levelOf = (sigma: number) => {
    const alpha = round(1 / round(Math.sqrt(round(round(sigma * sigma) + 1))));
    const share = round(sigma * alpha);
    return { alpha, share, lambda: round(round(Math.log(alpha)) - round(Math.log(share))) };
  };
  const [from, to] = [levelOf(sigmas[0] ?? 0), levelOf(sigmas[1] ?? 0)];
  const sample = createTorchNormal(2n).normal([1, 4, 8, 8]);
  const modelOutput = sample.map((value) => value * 0.9 + 0.01);
  const shrunk = round(round(Math.exp(-round(to.lambda - from.lambda))) - 1);
  const expected = sample.map((value, i) => {
    const denoised = round(round(value - round(from.share * (modelOutput[i] as number))) / from.alpha);
    return round(round(to.share / from.share) * value) - round(round(to.alpha * shrunk) * denoised);
  });
  const stepped = scheduler.step({ plan, index: 0, modelOutput, sample, noise: null, history: [] }).sample;
  expect(stepped).toEqual(expected);
});
