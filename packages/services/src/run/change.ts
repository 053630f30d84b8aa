import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RunStatus } from "@mezzotint/contracts/run";
import type { Transaction } from "@mezzotint/db/transaction";
import { requireUser, type ServiceContext } from "../context.ts";
import { mayChange, requireMembership, type Membership } from "../membership.ts";
import { lockRun } from "./settle.ts";
import { runNotFound } from "./view.ts";

/** The membership of somebody who may change this run; to strangers, and once it is removed, it does not exist. */
export async function requireRunChange(
  ctx: ServiceContext,
  tx: Transaction,
  { runId, removedAt = null }: { readonly runId: string; readonly removedAt?: null | { not: null } },
): Promise<Membership> {
  const membership = await requireMembership(tx, requireUser(ctx));
  const row = await tx.run.findFirst({
    where: { id: runId, teamId: membership.teamId, removedAt },
    select: { teamId: true, userId: true },
  });
  if (row === null) throw runNotFound(runId);
  if (!mayChange(membership, row)) {
    throw new MezzotintError("FORBIDDEN", `As ${membership.role} you may change your own runs only.`);
  }
  return membership;
}

/** Holds a run that is to change to the end of the transaction and says how it stands; never while it is scored. */
export async function lockUnscored(tx: Transaction, runId: string): Promise<Exclude<RunStatus, "scoring">> {
  const status = await lockRun(tx, runId);
  if (status === null) throw runNotFound(runId);
  if (status === "scoring") throw new MezzotintError("CONFLICT", "This run is being scored; wait, or cancel it.");
  return status;
}
