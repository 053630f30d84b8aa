import { SCHEDULER_IDS, type SchedulerId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { SchedulerConfiguration } from "@mezzotint/contracts/recipe";
import { z } from "zod";
import { ddim } from "./ddim.ts";
import { dpmSolverMultistep } from "./dpm-solver-multistep.ts";
import { euler } from "./euler.ts";
import { flowMatchEuler } from "./flow-match-euler.ts";
import { flowMatchHeun } from "./flow-match-heun.ts";
import { ddpm } from "./ddpm.ts";
import { eulerAncestral } from "./euler-ancestral.ts";
import { heun } from "./heun.ts";
import { kdpm2 } from "./kdpm2.ts";
import { kdpm2Ancestral } from "./kdpm2-ancestral.ts";
import { lms } from "./lms.ts";
import { dpmSolverSinglestep } from "./dpm-solver-singlestep.ts";
import { deis } from "./deis.ts";
import { unipc } from "./unipc.ts";
import { lcm } from "./lcm.ts";
import { pndm } from "./pndm.ts";
import { tcd } from "./tcd.ts";
import { unclip } from "./unclip.ts";
import type { Plan, PlanRequest, Scheduler } from "./scheduler.ts";

const SCHEDULERS = {
  DDIMScheduler: ddim,
  EulerDiscreteScheduler: euler,
  DPMSolverMultistepScheduler: dpmSolverMultistep,
  DDPMScheduler: ddpm,
  EulerAncestralDiscreteScheduler: eulerAncestral,
  HeunDiscreteScheduler: heun,
  KDPM2DiscreteScheduler: kdpm2,
  KDPM2AncestralDiscreteScheduler: kdpm2Ancestral,
  LMSDiscreteScheduler: lms,
  PNDMScheduler: pndm,
  DPMSolverSinglestepScheduler: dpmSolverSinglestep,
  DEISMultistepScheduler: deis,
  UniPCMultistepScheduler: unipc,
  LCMScheduler: lcm,
  TCDScheduler: tcd,
  UnCLIPScheduler: unclip,
  FlowMatchEulerDiscreteScheduler: flowMatchEuler,
  FlowMatchHeunDiscreteScheduler: flowMatchHeun,
} as const satisfies Record<SchedulerId, Scheduler>;

/** A rule together with the plan it made. */
export interface PlannedScheduler {
  readonly scheduler: Scheduler;
  readonly plan: Plan;
  /** The complete one, as its class parsed it. */
  readonly configuration: unknown;
}

/** The rule behind a diffusers class name. */
export function schedulerById(id: SchedulerId): Scheduler {
  return SCHEDULERS[id];
}

/** Whether a class name is one of the known samplers. */
export function isSchedulerId(name: unknown): name is SchedulerId {
  return SCHEDULER_IDS.some((id) => id === name);
}

/**
 * A configuration with every default filled in, so that it means the same for ever; unknown keys are dropped.
 * Throws UNSUPPORTED for an unknown class, INVALID_INPUT for a setting that does not fit.
 */
export function completeConfiguration(configuration: unknown): SchedulerConfiguration {
  const id = classNameOf(configuration);
  return { _class_name: id, ...(parse(id, configuration) as Record<string, z.core.util.JSONType>) };
}

/** The rule that a diffusers configuration names. Throws UNSUPPORTED for an unknown class. */
export function schedulerOf(configuration: unknown): Scheduler {
  return SCHEDULERS[classNameOf(configuration)];
}

/** The rule that a diffusers configuration names, with its plan. Throws UNSUPPORTED or INVALID_INPUT with the numbers. */
export function planScheduler(configuration: unknown, request: PlanRequest): PlannedScheduler {
  const id = classNameOf(configuration);
  const scheduler: Scheduler = SCHEDULERS[id];
  const complete = parse(id, configuration);
  return { scheduler, plan: scheduler.plan(complete, request), configuration: complete };
}

const Named = z.object({ _class_name: z.string() });

function classNameOf(configuration: unknown): SchedulerId {
  const name = Named.safeParse(configuration).data?._class_name;
  if (isSchedulerId(name)) return name;
  const known = SCHEDULER_IDS.join(", ");
  throw new MezzotintError(
    "UNSUPPORTED",
    `scheduler ${name ?? "without _class_name"} is not known; known are ${known}`,
  );
}

function parse(id: SchedulerId, configuration: unknown): unknown {
  const parsed = SCHEDULERS[id].configuration.safeParse(configuration);
  if (parsed.success) return parsed.data;
  const message = `scheduler ${id}: ${z.prettifyError(parsed.error)}`;
  throw new MezzotintError("INVALID_INPUT", message, { cause: parsed.error });
}
