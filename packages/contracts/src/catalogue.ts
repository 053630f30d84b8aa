/** Names that rest in rows and files, hence contracts. A registry elsewhere `satisfies Record<Id, …>` over each list. */

/** Samplers by the class name of the diffusers configuration that selects them. */
export const SCHEDULER_IDS = [
  "DDIMScheduler",
  "EulerDiscreteScheduler",
  "DPMSolverMultistepScheduler",
  "DDPMScheduler",
  "EulerAncestralDiscreteScheduler",
  "HeunDiscreteScheduler",
  "KDPM2DiscreteScheduler",
  "KDPM2AncestralDiscreteScheduler",
  "LMSDiscreteScheduler",
  "PNDMScheduler",
  "DPMSolverSinglestepScheduler",
  "DEISMultistepScheduler",
  "UniPCMultistepScheduler",
  "LCMScheduler",
  "TCDScheduler",
  "UnCLIPScheduler",
  "FlowMatchEulerDiscreteScheduler",
  "FlowMatchHeunDiscreteScheduler",
] as const;
export type SchedulerId = (typeof SCHEDULER_IDS)[number];

export const FAMILY_IDS = ["latent-diffusion", "unclip", "pixel-cascade"] as const;
export type FamilyId = (typeof FAMILY_IDS)[number];

/** Random generators: x86 PyTorch's on the CPU, bit for bit; its CUDA one (Philox); NumPy's legacy RandomState. */
export const GENERATOR_IDS = ["torch-cpu", "philox", "numpy-legacy"] as const;
export type GeneratorId = (typeof GENERATOR_IDS)[number];

export const JOB_KINDS = ["generate", "evaluate"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** One number each, as the columns of a comparison. */
export const METRIC_IDS = [
  "fid",
  "kid",
  "precision",
  "recall",
  "density",
  "coverage",
  "inception-score",
  "cmmd",
  "clip-score",
  "fcn-accuracy",
  "fcn-class-accuracy",
  "fcn-mean-iu",
  "fcn-frequency-weighted-iu",
  "frechet-distance",
  "fid-infinity",
  "clip-directional",
  "image-similarity",
  "aesthetic",
  "prompt-class-accuracy",
  "diversity",
  "near-duplicate-rate",
  "memorisation-rate",
] as const;
export type MetricId = (typeof METRIC_IDS)[number];
