import type { PlannedScheduler } from "../schedulers/index.ts";
import { entry } from "../schedulers/scheduler.ts";
import { alphaBarAt, cumulativeAlphas, trainingBetas, type NoiseScheduleConfiguration } from "./noise-schedule.ts";
import { noiseLevelOfRatio, type NoiseLevel } from "./prediction.ts";

/**
 * The noise level of every model call of a plan, in the units its samples have there: what a clean sample and noise are
 * mixed with to stand in for the sample of that call. `configuration` is the complete one of the plan.
 */
export function noiseLevels({ scheduler, plan, configuration }: PlannedScheduler): NoiseLevel[] {
  const calls = scheduler.callsPerStep ?? 1;
  // A call between two steps counts at the level of the step it leads to.
  const settled = plan.timesteps.map((_, index) => Math.ceil(index / calls) * calls);
  if (scheduler.trajectory === "flow") {
    const sigmas = sigmasOf(plan) ?? [];
    return settled.map((index) => ({ alpha: 1 - entry(sigmas, index), sigma: entry(sigmas, index) }));
  }
  if (plan.inputScales.some((scale) => scale !== 1)) {
    return settled.map((index) => ({ alpha: 1, sigma: Math.sqrt(entry(plan.inputScales, index) ** -2 - 1) }));
  }
  const sigmas = sigmasOf(plan);
  if (sigmas !== null) {
    const flow = (configuration as { readonly use_flow_sigmas?: unknown }).use_flow_sigmas === true;
    const level = (sigma: number) => (flow ? { alpha: 1 - sigma, sigma } : noiseLevelOfRatio(sigma));
    return settled.map((index) => level(entry(sigmas, index)));
  }
  const alphaBars = cumulativeAlphas(trainingBetas(configuration as NoiseScheduleConfiguration));
  return plan.timesteps.map((timestep) => {
    const alphaBar = alphaBarAt(alphaBars, timestep);
    return { alpha: Math.sqrt(alphaBar), sigma: Math.sqrt(1 - alphaBar) };
  });
}

function sigmasOf(plan: object): Float32Array | null {
  return "sigmas" in plan && plan.sigmas instanceof Float32Array ? plan.sigmas : null;
}
