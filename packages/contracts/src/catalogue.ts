/** Names that rest in rows and files, hence contracts. A registry elsewhere `satisfies Record<Id, …>` over each list. */

/** Samplers by the class name of the diffusers configuration that selects them. */
export const SCHEDULER_IDS = [
  "DDIMScheduler",
  "EulerDiscreteScheduler",
  "DPMSolverMultistepScheduler",
  "FlowMatchEulerDiscreteScheduler",
] as const;
export type SchedulerId = (typeof SCHEDULER_IDS)[number];

export const FAMILY_IDS = ["latent-diffusion", "unclip", "pixel-cascade"] as const;
export type FamilyId = (typeof FAMILY_IDS)[number];

/** Random generators: bit-equal to x86 PyTorch's CPU generator, or its CUDA generator's algorithm. */
export const GENERATOR_IDS = ["torch-cpu"] as const;
export type GeneratorId = (typeof GENERATOR_IDS)[number];

export const JOB_KINDS = ["generate"] as const;
export type JobKind = (typeof JOB_KINDS)[number];
