import type { PlannedScheduler } from "../schedulers/index.ts";
import { entry } from "../schedulers/scheduler.ts";
import { alphaBarAt, cumulativeAlphas, trainingBetas, type NoiseScheduleConfiguration } from "./noise-schedule.ts";
import { noiseLevelOfRatio, type NoiseLevel } from "./prediction.ts";
import { varianceLevel } from "./variance-output.ts";

/**
 * The noise level of every model call of a plan, in the units its samples have there: what a clean sample and noise are
 * mixed with to stand in for the sample of that call. `configuration` is the complete one of the plan.
 */
export function noiseLevels({ scheduler, plan, configuration }: PlannedScheduler): NoiseLevel[] {
  const calls = scheduler.callsPerStep ?? 1;
  const sigmas = sigmasOf(plan);
  if (sigmas !== null) {
    const flow = (configuration as { readonly use_flow_sigmas?: unknown }).use_flow_sigmas === true;
    const ratios = plan.inputNorms.some((norm) => norm !== 1);
    const level = (sigma: number) => {
      if (ratios) return { alpha: 1, sigma };
      return flow || scheduler.trajectory === "flow" ? { alpha: 1 - sigma, sigma } : noiseLevelOfRatio(sigma);
    };
    // A call between two steps counts at the level of the step it leads to.
    const stride = sigmas.length > plan.timesteps.length ? calls : 1;
    return plan.timesteps.map((_, index) => level(entry(sigmas, Math.ceil(index / calls) * stride)));
  }
  const alphaBars = cumulativeAlphas(trainingBetas(configuration as NoiseScheduleConfiguration));
  return plan.timesteps.map((timestep) => varianceLevel(alphaBarAt(alphaBars, timestep)));
}

function sigmasOf(plan: object): Float32Array | null {
  return "sigmas" in plan && plan.sigmas instanceof Float32Array ? plan.sigmas : null;
}
