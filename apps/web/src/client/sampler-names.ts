import type { SchedulerId } from "@mezzotint/contracts/catalogue";

const NAMES = {
  DDIMScheduler: "DDIM",
  EulerDiscreteScheduler: "Euler",
  DPMSolverMultistepScheduler: "DPM-Solver multistep",
  FlowMatchEulerDiscreteScheduler: "Flow-match Euler",
} as const satisfies Record<SchedulerId, string>;

export function samplerName(id: SchedulerId): string {
  return NAMES[id];
}
