import { MezzotintError } from "@mezzotint/contracts/errors";
import { newId } from "@mezzotint/contracts/ids";
import type { SourceKind, SourceView } from "@mezzotint/contracts/source";
import type { Transaction } from "@mezzotint/db/transaction";
import type { Membership } from "../membership.ts";
import { SOURCE_SELECT, viewSource } from "./view.ts";

export interface NewSource {
  readonly kind: SourceKind;
  readonly storageKey: string;
  readonly width: number;
  readonly height: number;
  readonly sizeBytes: number;
}

/** The team's row for a stored file; the same bytes are one row, whoever of the team brings them, however often. */
export async function keepSource(
  tx: Transaction,
  file: NewSource,
  { membership, now }: { readonly membership: Membership; readonly now: Date },
): Promise<SourceView> {
  const { teamId, userId } = membership;
  const { kind, storageKey } = file;
  const row = { id: newId("source", now.getTime()), teamId, userId, createdAt: now, ...file };
  await tx.sourceFile.createMany({ data: [row], skipDuplicates: true });
  const kept = await tx.sourceFile.findUniqueOrThrow({
    where: { teamId_kind_storageKey: { teamId, kind, storageKey } },
    select: SOURCE_SELECT,
  });
  return viewSource(kept);
}

/** Viewers of a team look at what others make. */
export function refuseViewer({ role }: Membership): void {
  if (role === "viewer")
    throw new MezzotintError("FORBIDDEN", "Viewers of a team cannot bring pictures to start from.");
}
