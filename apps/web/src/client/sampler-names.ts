import type { SchedulerId } from "@mezzotint/contracts/catalogue";

const NAMES = {
  DDIMScheduler: "DDIM",
  DDPMScheduler: "DDPM",
  EulerDiscreteScheduler: "Euler",
  EulerAncestralDiscreteScheduler: "Euler ancestral",
  HeunDiscreteScheduler: "Heun",
  KDPM2DiscreteScheduler: "DPM2",
  KDPM2AncestralDiscreteScheduler: "DPM2 ancestral",
  PNDMScheduler: "PNDM",
  LMSDiscreteScheduler: "LMS",
  DPMSolverMultistepScheduler: "DPM-Solver multistep",
  DPMSolverSinglestepScheduler: "DPM-Solver singlestep",
  DEISMultistepScheduler: "DEIS",
  UniPCMultistepScheduler: "UniPC",
  LCMScheduler: "LCM",
  TCDScheduler: "TCD",
  UnCLIPScheduler: "unCLIP",
  FlowMatchEulerDiscreteScheduler: "Flow-match Euler",
  FlowMatchHeunDiscreteScheduler: "Flow-match Heun",
} as const satisfies Record<SchedulerId, string>;

export function samplerName(id: SchedulerId): string {
  return NAMES[id];
}
