import fc from "fast-check";
import { expect, test } from "vitest";
import { betaQuantile, incompleteBeta } from "./beta-quantile.ts";
import { cosineBetas, evenBetas } from "./betas.ts";
import { planScheduler } from "../schedulers/index.ts";
import { cumulativeAlphas, trainingBetas } from "./noise-schedule.ts";
import { betaSigmas, exponentialSigmas, karrasSigmas } from "./respaced-sigmas.ts";
import { logarithms, sigmaAt, timestepOfSigma, trainingSigmas } from "./sigmas.ts";
import { dynamicallyThresholded } from "./thresholding.ts";
import { spacedTimesteps } from "./timestep-spacing.ts";
import { rescaleToZeroTerminalSnr } from "./zero-terminal-snr.ts";

test("beta quantiles agree with the closed forms", () => {
  for (const share of [0.001, 0.1, 0.5, 0.77, 0.999]) {
    expect(betaQuantile(share, 1, 1)).toBeCloseTo(share, 12);
    expect(betaQuantile(share, 2, 1)).toBeCloseTo(Math.sqrt(share), 12);
    expect(betaQuantile(share, 0.5, 0.5)).toBeCloseTo(Math.sin((Math.PI * share) / 2) ** 2, 12);
  }
  expect([betaQuantile(0, 0.6, 0.6), betaQuantile(1, 0.6, 0.6)]).toEqual([0, 1]);
});

test("a beta quantile is the inverse of the distribution function and symmetric where it should be", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      (share, a) => {
        expect(incompleteBeta(betaQuantile(share, a, 0.6), a, 0.6)).toBeCloseTo(share, 9);
        expect(betaQuantile(share, 0.6, 0.6) + betaQuantile(1 - share, 0.6, 0.6)).toBeCloseTo(1, 9);
      },
    ),
  );
});

test("every respacing falls from sigmaMax to sigmaMin", () => {
  for (const respace of [karrasSigmas, exponentialSigmas, betaSigmas]) {
    const sigmas = respace({ sigmaMin: 0.03, sigmaMax: 14.6, steps: 12 });
    expect(sigmas[0]).toBeCloseTo(14.6, 9);
    expect(sigmas.at(-1)).toBeCloseTo(0.03, 9);
    expect(sigmas.every((sigma, i) => i === 0 || sigma < (sigmas[i - 1] as number))).toBe(true);
  }
});

test("a schedule with zero terminal SNR ends in pure noise and begins as before", () => {
  const betas = evenBetas(0.00085, 0.012, 1_000);
  const before = cumulativeAlphas(betas);
  const after = cumulativeAlphas(rescaleToZeroTerminalSnr(betas));
  expect(after.at(-1)).toBe(0);
  expect(after[0]).toBeCloseTo(before[0] as number, 6);
});

test("the cosine schedule has the signal variance of its formula, but for its cap", () => {
  const alphaBars = cumulativeAlphas(cosineBetas(1_000));
  const at = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  for (const i of [0, 100, 500, 900]) expect(alphaBars[i]).toBeCloseTo(at((i + 1) / 1_000) / at(0), 5);
});

test("sigma and timestep are inverse to each other", () => {
  const sigmas = trainingSigmas(cumulativeAlphas(evenBetas(0.0001, 0.02, 1_000)));
  const logSigmas = logarithms(sigmas);
  for (const timestep of [0, 1, 250, 998, 999]) {
    expect(timestepOfSigma(sigmaAt(timestep, sigmas), logSigmas)).toBeCloseTo(timestep, 2);
  }
  expect(timestepOfSigma(1e6, logSigmas)).toBe(999);
  expect(timestepOfSigma(0, logSigmas)).toBe(0);
});

test("the three spacings visit the timesteps of Lin et al., Table 2", () => {
  const space = (spacing: "leading" | "linspace" | "trailing") =>
    spacedTimesteps({ spacing, steps: 10, trained: 1_000, offset: 0 });
  expect(space("linspace")).toEqual([999, 888, 777, 666, 555, 444, 333, 222, 111, 0]);
  expect(space("leading")).toEqual([900, 800, 700, 600, 500, 400, 300, 200, 100, 0]);
  expect(space("trailing")).toEqual([999, 899, 799, 699, 599, 499, 399, 299, 199, 99]);
});

test("dynamic thresholding leaves what is within [-1, 1] and pulls the rest in", () => {
  const limits = { thresholding: true, dynamic_thresholding_ratio: 0.5, sample_max_value: 10 };
  const calm = Float32Array.of(-1, 0.5, 0.25);
  expect(dynamicallyThresholded(calm, limits)).toEqual(calm);
  expect(dynamicallyThresholded(Float32Array.of(-4, 2, 1), limits)).toEqual(Float32Array.of(-1, 1, 0.5));
});

test("betas and sigmas have the bits of torch, so that a cut timestep is the one diffusers visits", () => {
  const configuration = { num_train_timesteps: 1_000, beta_start: 0.00085, beta_end: 0.012, trained_betas: null };
  const betas = trainingBetas({ ...configuration, beta_schedule: "scaled_linear" });
  expect([betas[0], betas[31], betas[499], betas[999]]).toEqual([
    0.0008499999530613422, 0.0010016805026680231, 0.004803793970495462, 0.011999999172985554,
  ]);
  const sigmas = trainingSigmas(cumulativeAlphas(betas));
  expect([sigmas[0], sigmas[500], sigmas[999]]).toEqual([0.029167532920837402, 1.6182795763015747, 14.614645004272461]);
  expect([0, 500, 999].map((i) => logarithms(sigmas)[i])).toEqual([
    -3.534698963165283, 0.4813636243343353, 2.6820240020751953,
  ]);
  const curve = { ...configuration, beta_start: 0.0001, beta_end: 0.02, beta_schedule: "sigmoid" } as const;
  const [first, middle, last] = [0, 500, 999].map((i) => trainingBetas(curve)[i] ?? Number.NaN);
  expect(first).toBeCloseTo(0.00014920519606675953, 9);
  expect(middle).toBeCloseTo(0.010079879313707352, 8);
  expect(last).toBeCloseTo(0.01995079591870308, 8);
  const settings = { ...configuration, beta_schedule: "scaled_linear", use_exponential_sigmas: true };
  const request = { steps: 16, eta: 0, imageTokens: null };
  const { plan } = planScheduler({ ...settings, _class_name: "DPMSolverMultistepScheduler" }, request);
  expect(plan.timesteps.slice(0, 3)).toEqual([999, 927, 846]);
});
