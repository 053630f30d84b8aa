import { SCHEDULER_IDS } from "@mezzotint/contracts/catalogue";
import fc from "fast-check";
import { expect, test } from "vitest";
import { noised } from "../denoise.ts";
import { planScheduler, schedulerById } from "../schedulers/index.ts";
import type { History } from "../schedulers/scheduler.ts";
import { noiseLevels } from "./noise-levels.ts";

const PICTURE = 0.37;
const NOISE = -1.3;
const SETTINGS = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  timestep_spacing: "leading",
  steps_offset: 1,
  clip_sample: false,
  set_alpha_to_one: true,
};
const DETERMINISTIC = SCHEDULER_IDS.filter((id) => {
  const { trajectory } = schedulerById(id);
  if (trajectory !== "diffusion" && trajectory !== "flow") return false;
  const { plan } = planScheduler({ ...SETTINGS, _class_name: id }, { steps: 12, eta: 0, imageTokens: null });
  return plan.drawsNoise.every((draws) => !draws);
});

/**
 * Wherever these begin, they do as diffusers does: PNDM doubles its second call, LMS weighs slopes it does not have. So
 * their first steps are off when they leave some out.
 */
const STARTS_ANEW: ReadonlySet<string> = new Set(["PNDMScheduler", "LMSDiscreteScheduler"]);

test("a picture noised to the level of any step comes back when the network sees the true noise", () => {
  expect(DETERMINISTIC.length).toBeGreaterThanOrEqual(9);
  const choices = fc.tuple(fc.constantFrom(...DETERMINISTIC), fc.integer({ min: 4, max: 40 }), fc.nat());
  fc.assert(
    fc.property(choices, ([id, steps, offset]) => {
      const begin = STARTS_ANEW.has(id) ? 0 : (offset % steps) * (schedulerById(id).callsPerStep ?? 1);
      const planned = planScheduler({ ...SETTINGS, _class_name: id }, { steps, eta: 0, imageTokens: null, begin });
      const { plan, scheduler } = planned;
      const level = noiseLevels(planned)[begin];
      if (level === undefined) throw new Error(`${id}: no level ${begin} of ${steps}`);
      let sample = noised(Float32Array.of(PICTURE), Float32Array.of(NOISE), level);
      let history: History = [];
      const modelOutput = Float32Array.of(scheduler.trajectory === "flow" ? NOISE - PICTURE : NOISE);
      for (let index = begin; index < plan.timesteps.length; index++) {
        ({ sample, history } = scheduler.step({ plan, index, modelOutput, sample, noise: null, history }));
      }
      // Some end at the least noise of training, 0.029, instead of none.
      expect(Math.abs((sample[0] ?? Number.NaN) - PICTURE)).toBeLessThan(0.05);
    }),
    { numRuns: 200 },
  );
});
