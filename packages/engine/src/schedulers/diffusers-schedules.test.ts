import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { noised } from "../denoise.ts";
import { noiseLevels } from "../schedule/noise-levels.ts";
import { beginOfStrength } from "../source/begin-of-strength.ts";
import { planScheduler, schedulerOf } from "./index.ts";
import type { History } from "./scheduler.ts";

/**
 * Random configurations run by the schedulers of diffusers 0.40 on torch: timesteps, how often they drew, and the last
 * sample of 24 numbers. The network is `answer`; noises are given, the first starts the picture.
 */
const Recorded = z.object({
  configuration: z.looseObject({ _class_name: z.string() }),
  steps: z.int(),
  eta: z.number(),
  strength: z.number().nullable(),
  timesteps: z.array(z.number()),
  noises: z.array(z.array(z.number())),
  draws: z.int(),
  end: z.array(z.number()),
});
const file = path.join(import.meta.dirname, "../__fixtures__/diffusers-schedules.json");
const recorded = z.array(Recorded).parse(JSON.parse(readFileSync(file, "utf8")));
const IMAGE_TOKENS = 1_024;
const CLEAN = Float32Array.from({ length: 24 }, (_, i) => (((i * 5) % 13) - 6) / 6);

function answer(sample: Float32Array, timestep: number, learnsVariance: boolean): Float32Array {
  const mean = sample.map((x, i) => (0.8 * x) / (1 + Math.abs(x)) + (((i * 7) % 11) - 5) / 20 + timestep * 1e-4);
  return learnsVariance ? Float32Array.of(...mean, ...sample.map((x) => x / (1 + Math.abs(x)))) : mean;
}

test("every class was recorded several times", () => {
  expect(new Set(recorded.map(({ configuration }) => configuration._class_name)).size).toBe(18);
  expect(recorded.length).toBeGreaterThan(50);
});

test.each(recorded.map((one, i) => ({ name: `${i} ${one.configuration._class_name}`, one })))("$name", ({ one }) => {
  const { configuration, steps, eta, strength } = one;
  const ruled = schedulerOf(configuration);
  const trajectory = ruled.trajectory === "flow" ? "flow" : "diffusion";
  const begin = strength === null ? 0 : beginOfStrength({ strength, steps, trajectory, scheduler: ruled });
  const planned = planScheduler(configuration, { steps, eta, imageTokens: IMAGE_TOKENS, begin });
  const { plan, scheduler } = planned;
  const visited = plan.timesteps.slice(begin);
  expect(visited).toHaveLength(one.timesteps.length);
  for (const [i, timestep] of visited.entries())
    expect(Math.abs(timestep - (one.timesteps[i] ?? 0))).toBeLessThan(2e-3);
  const noises = one.noises.map((noise) => Float32Array.from(noise));
  const [first = new Float32Array(), ...drawn] = noises;
  const level = strength === null ? undefined : noiseLevels(planned)[begin];
  const start = first.map((value) => value * plan.initialNoiseScale);
  let sample = level === undefined ? start : noised(CLEAN, first, level);
  let history: History = [];
  for (const [i, timestep] of visited.entries()) {
    const index = begin + i;
    const norm = plan.inputNorms[index] ?? 1;
    const learns = ["learned", "learned_range"].includes(String(configuration["variance_type"]));
    const modelOutput = answer(
      sample.map((value) => value / norm),
      timestep,
      learns,
    );
    const noise = plan.drawsNoise[index] === true ? (drawn.shift() ?? null) : null;
    ({ sample, history } = scheduler.step({ plan, index, modelOutput, sample, noise, history }) as {
      sample: Float32Array<ArrayBuffer>;
      history: History;
    });
  }
  expect(drawn).toHaveLength(0);
  const size = Math.max(1, ...one.end.map(Math.abs));
  expect(Math.max(...sample.map((value, i) => Math.abs(value - (one.end[i] ?? Number.NaN)))) / size).toBeLessThan(2e-4);
});
