import { expect, test } from "vitest";
import { networkInput, pureNoise, stepDenoise, type DenoiseState } from "../denoise.ts";
import { createGenerator } from "../random-generators.ts";
import { planScheduler } from "./index.ts";

const round = Math.fround;
const SHAPE = [1, 4, 2, 3];

/** The network that was asked on both sides, rounded to single precision after every operation. */
function answer(sample: Float32Array, timestep: number): Float32Array {
  const late = round(round(timestep) * round(1e-4));
  return sample.map((x, i) => {
    const bent = round(round(round(0.8) * x) / round(1 + Math.abs(x)));
    return round(bent + round((((i * 7) % 11) - 5) / 20)) + late;
  });
}

/** Configurations of which a last bit or an odd rule shows, by diffusers 0.40.0.dev0: timesteps and the first numbers of the end. */
const RECORDED = [
  {
    name: "KDPM2DiscreteScheduler takes its middles from below",
    configuration: {
      _class_name: "KDPM2DiscreteScheduler",
      beta_schedule: "squaredcos_cap_v2",
      prediction_type: "v_prediction",
      timestep_spacing: "trailing",
    },
    steps: 4,
    eta: 0,
    timesteps: [999, 996.0952, 749, 635.1318, 499, 363.6169, 249],
    end: [-0.125617042, 0.0102847219, 0.507784188, -1.18746674, -0.138927966, 0.21045652],
  },
  {
    name: "LMSDiscreteScheduler integrates in single precision",
    configuration: {
      _class_name: "LMSDiscreteScheduler",
      beta_schedule: "squaredcos_cap_v2",
      prediction_type: "sample",
      use_beta_sigmas: true,
    },
    steps: 8,
    eta: 0,
    timesteps: [999, 998.9786, 998.9292, 998.8514, 998.7357, 998.5574, 998.2347, 0],
    end: [-0.522033751, 0.340218306, 0.121975005, 0.16227299, 0.0764510706, -0.0584038943],
  },
  {
    name: "LMSDiscreteScheduler spaces sigmas as Karras over those of the timesteps, whatever the bounds",
    configuration: { _class_name: "LMSDiscreteScheduler", use_karras_sigmas: true, sigma_min: 0.1, sigma_max: 10 },
    steps: 4,
    eta: 0,
    timesteps: [999, 775.1343, 300.9903, 0],
    end: [-42.7427788, -1.43014061, 76.2235794, -193.913147, -22.7806015, 18.8237839],
  },
  {
    name: "FlowMatchHeunDiscreteScheduler goes by way of the clean picture",
    configuration: { _class_name: "FlowMatchHeunDiscreteScheduler", shift: 0.5, num_train_timesteps: 2_000 },
    steps: 2,
    eta: 0,
    timesteps: [2_000, 0.2500938, 0.2500938],
    end: [-0.373706698, 0.128614798, 0.591169119, -1.2745744, -0.166824549, 0.224582866],
  },
  {
    name: "FlowMatchEulerDiscreteScheduler spaces sigmas between the bounds of its configuration",
    configuration: {
      _class_name: "FlowMatchEulerDiscreteScheduler",
      use_karras_sigmas: true,
      sigma_min: 0.05,
      sigma_max: 0.9,
    },
    steps: 3,
    eta: 0,
    timesteps: [900, 246.0031, 50],
    end: [-0.36136803, 0.0731905177, 0.599927962, -1.26198065, -0.170797795, 0.206271127],
  },
  {
    name: "DEISMultistepScheduler divides by the flow's sigma",
    configuration: { _class_name: "DEISMultistepScheduler", prediction_type: "flow_prediction" },
    steps: 4,
    eta: 0,
    timesteps: [999, 749, 500, 250],
    end: [-76.6692963, 36.0582695, 84.8229218, -132.531616, -14.9657459, 26.1464691],
  },
  {
    name: "TCDScheduler cuts its landing in single precision",
    configuration: { _class_name: "TCDScheduler", original_inference_steps: 500 },
    steps: 7,
    eta: 0.8,
    timesteps: [999, 857, 715, 571, 429, 285, 143],
    end: [-5.97985744, 0.498495072, 7.11186457, -4.3460393, 8.25408363, -1.01936591],
  },
  {
    name: "EulerDiscreteScheduler asks once more at continuous times that are even in the logarithm",
    configuration: {
      _class_name: "EulerDiscreteScheduler",
      prediction_type: "v_prediction",
      interpolation_type: "log_linear",
      timestep_type: "continuous",
    },
    steps: 3,
    eta: 0,
    timesteps: [1.264709, 0.4593863, -0.3459365, -1.151259],
    end: [0.269517452, -0.140886918, 0.09329018, -0.337465495, -0.0183819793, 0.105429888],
  },
  {
    name: "KDPM2DiscreteScheduler goes to 0 from the last of a trailing grid that has one more",
    configuration: { _class_name: "KDPM2DiscreteScheduler", num_train_timesteps: 999, timestep_spacing: "trailing" },
    steps: 13,
    eta: 0,
    timesteps: [
      998, 960.1973, 921, 883.2285, 844, 806.2454, 767, 729.7168, 691, 653.1832, 614, 576.0676, 537, 498.8669, 460,
      421.5544, 383, 344.0902, 306, 266.9279, 230, 189.2643, 153, 109.7698, 76, 9.342869, -1,
    ],
    end: [-5.06271267, 0.123603933, 10.6024342, -28.1553879, -1.65204024, 2.06363225],
  },
];

test.each(RECORDED)("$name", ({ configuration, steps, eta, timesteps, end }) => {
  const planned = planScheduler(configuration, { steps, eta, imageTokens: null });
  const { plan } = planned;
  expect(plan.timesteps).toHaveLength(timesteps.length);
  for (const [i, timestep] of plan.timesteps.entries()) expect(timestep).toBeCloseTo(timesteps[i] ?? Number.NaN, 2);
  const generator = createGenerator("torch-cpu", "7");
  let state: DenoiseState = { index: 0, sample: pureNoise(planned, generator, SHAPE), history: [] };
  while (state.index < plan.timesteps.length) {
    const { sample, timestep } = networkInput(planned, state);
    const modelOutput = answer(sample, timestep);
    const noise = plan.drawsNoise[state.index] === true ? generator.normal(SHAPE) : null;
    state = stepDenoise({ planned, state, modelOutput, noise, held: null });
  }
  const differences = end.map(
    (value, i) => Math.abs(value - (state.sample[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)),
  );
  expect(Math.max(...differences)).toBeLessThan(2e-6);
});
