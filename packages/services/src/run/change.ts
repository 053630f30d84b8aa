import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Transaction } from "@mezzotint/db/transaction";
import { requireUser, type ServiceContext } from "../context.ts";
import { mayChange, requireMembership, type Membership } from "../membership.ts";
import { runNotFound } from "./view.ts";

/** The membership of somebody who may change this run; to strangers it does not exist. */
export async function requireRunChange(ctx: ServiceContext, tx: Transaction, runId: string): Promise<Membership> {
  const membership = await requireMembership(tx, requireUser(ctx));
  const row = await tx.run.findFirst({
    where: { id: runId, teamId: membership.teamId },
    select: { teamId: true, userId: true },
  });
  if (row === null) throw runNotFound(runId);
  if (!mayChange(membership, row)) {
    throw new MezzotintError("FORBIDDEN", `As ${membership.role} you may change your own runs only.`);
  }
  return membership;
}
