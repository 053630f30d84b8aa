import type { Transaction } from "@mezzotint/db/transaction";
import type { Membership } from "../membership.ts";
import { runNotFound, visibleRuns } from "../run/view.ts";

/** The names of these runs by id; NOT_FOUND when one of them is not the team's. */
export async function requireTeamRuns(
  tx: Transaction,
  runIds: readonly string[],
  { teamId }: Membership,
): Promise<Map<string, string>> {
  const rows = await tx.run.findMany({
    where: { ...visibleRuns(teamId), id: { in: [...runIds] } },
    select: { id: true, name: true },
  });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const unknown = runIds.find((id) => !names.has(id));
  if (unknown !== undefined) throw runNotFound(unknown);
  return names;
}
