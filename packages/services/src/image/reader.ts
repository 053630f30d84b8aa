import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";
import { requireUser, type ServiceContext } from "../context.ts";
import { mayChange, requireMembership, type Membership } from "../membership.ts";

/** The membership a reader reads under; null for somebody who is not signed in. */
export async function readReader(ctx: ServiceContext, tx: Transaction): Promise<Membership | null> {
  return ctx.actor.kind === "user" ? requireMembership(tx, ctx.actor) : null;
}

/** What a reader may see: what is public, and what belongs to the team they act in. Removed pictures never. */
export function visibleImages(reader: Membership | null): Prisma.ImageWhereInput {
  const shared = { visibility: "public" } satisfies Prisma.ImageWhereInput;
  return { deletedAt: null, OR: reader === null ? [shared] : [shared, { teamId: reader.teamId }] };
}

export function imageNotFound(imageId: string): MezzotintError {
  return new MezzotintError("NOT_FOUND", `Picture ${imageId} was not found.`);
}

/** The membership of somebody who may change this picture; to strangers, and once it is removed, it does not exist. */
export async function requireImageChange(
  ctx: ServiceContext,
  tx: Transaction,
  { imageId, deletedAt = null }: { readonly imageId: string; readonly deletedAt?: null | { not: null } },
): Promise<Membership> {
  const membership = await requireMembership(tx, requireUser(ctx));
  const { teamId } = membership;
  const row = await tx.image.findFirst({
    where: { id: imageId, teamId, deletedAt },
    select: { teamId: true, userId: true },
  });
  if (row === null) throw imageNotFound(imageId);
  if (!mayChange(membership, row)) {
    throw new MezzotintError("FORBIDDEN", `As ${membership.role} you may change your own pictures only.`);
  }
  return membership;
}
