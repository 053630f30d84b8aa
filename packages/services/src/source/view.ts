import { MezzotintError } from "@mezzotint/contracts/errors";
import type { SourceKind, SourceView } from "@mezzotint/contracts/source";
import type { Prisma } from "@mezzotint/db/prisma";
import type { Transaction } from "@mezzotint/db/transaction";

export const SOURCE_SELECT = {
  id: true,
  kind: true,
  storageKey: true,
  width: true,
  height: true,
} satisfies Prisma.SourceFileSelect;

type SourceRow = Prisma.SourceFileGetPayload<{ select: typeof SOURCE_SELECT }>;

export function viewSource({ id, kind, width, height }: SourceRow): SourceView {
  return { id, kind, width, height, url: `/sources/${id}` };
}

export function sourceNotFound(sourceId: string): MezzotintError {
  return new MezzotintError("NOT_FOUND", `Source ${sourceId} was not found.`);
}

/** What recipes start from, as far as it is the team's: by kind and storage key. A stranger's source stays unseen. */
export interface TeamSources {
  find(kind: SourceKind, storageKey: string | undefined): SourceView | null;
}

export async function readTeamSources(
  tx: Transaction,
  teamId: string | null,
  recipes: readonly { readonly source?: string | undefined; readonly mask?: string | undefined }[],
): Promise<TeamSources> {
  const keys = recipes.flatMap(({ source, mask }) => [source, mask]).filter((key) => key !== undefined);
  const rows =
    teamId === null || keys.length === 0
      ? []
      : await tx.sourceFile.findMany({
          where: { teamId, storageKey: { in: [...new Set(keys)] } },
          select: SOURCE_SELECT,
        });
  return {
    find(kind, storageKey) {
      const row = rows.find((candidate) => candidate.kind === kind && candidate.storageKey === storageKey);
      return row === undefined ? null : viewSource(row);
    },
  };
}
