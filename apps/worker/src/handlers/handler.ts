import type { JobKind } from "@mezzotint/contracts/catalogue";
import type { JobPayload } from "@mezzotint/contracts/job";
import type { Claim } from "@mezzotint/queue/job-state";
import type { ServiceContext } from "@mezzotint/services/context";
import type { Log } from "../log.ts";

export type PayloadOf<Kind extends JobKind> = Extract<JobPayload, { kind: Kind }>;

/** Why an attempt stops early: somebody cancelled it, it is no longer ours, or the worker is closing. */
export type StopReason = "cancel" | "lost" | "drain";

export interface HandlerInput<Kind extends JobKind> {
  readonly ctx: ServiceContext;
  readonly claim: Claim;
  readonly payload: PayloadOf<Kind>;
  /** Aborted when the attempt must stop; the handler then throws, CANCELLED by custom. */
  readonly signal: AbortSignal;
  /** Null while nobody stopped the attempt. */
  readonly stopReason: () => StopReason | null;
  readonly log: Log;
}

/**
 * Carries one attempt to its result and writes that, or throws. False when the result came too late to count.
 */
export type Handler<Kind extends JobKind> = (input: HandlerInput<Kind>) => Promise<boolean>;

export type Handlers = { readonly [Kind in JobKind]: Handler<Kind> };
