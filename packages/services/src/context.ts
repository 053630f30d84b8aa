import type { Database } from "@mezzotint/db/client";
import type { Storage } from "@mezzotint/storage/storage";
import { MezzotintError } from "@mezzotint/contracts/errors";

/**
 * Who acts. A person acts in one team; a worker acts for all of them; the house is a server that looks after the queue
 * on nobody's behalf; anonymous people see public pictures only.
 */
export type Actor =
  | { readonly kind: "user"; readonly userId: string; readonly teamId: string }
  | { readonly kind: "worker"; readonly workerId: string }
  | { readonly kind: "house" }
  | { readonly kind: "anonymous" };

export type UserActor = Extract<Actor, { kind: "user" }>;
export type WorkerActor = Extract<Actor, { kind: "worker" }>;

/** Everything a verb needs from outside. */
export interface ServiceContext {
  readonly db: Database;
  readonly storage: Storage;
  readonly actor: Actor;
  readonly now: () => Date;
}

/** The signed-in person, or UNAUTHENTICATED. */
export function requireUser(ctx: ServiceContext): UserActor {
  if (ctx.actor.kind !== "user") throw new MezzotintError("UNAUTHENTICATED", "Sign in first.");
  return ctx.actor;
}

/** The worker, or FORBIDDEN: these verbs are not for people. */
export function requireWorker(ctx: ServiceContext): WorkerActor {
  if (ctx.actor.kind !== "worker") throw new MezzotintError("FORBIDDEN", "Only workers do this.");
  return ctx.actor;
}

/** FORBIDDEN for people: what servers do by themselves, with a worker's place or without. */
export function requireServer(ctx: ServiceContext): void {
  if (ctx.actor.kind !== "house" && ctx.actor.kind !== "worker") {
    throw new MezzotintError("FORBIDDEN", "Only servers do this.");
  }
}
