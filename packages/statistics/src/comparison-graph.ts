import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";

/** Groups of players that votes [n, n] connect, directly or through others; only within a group is there a ranking. */
export function comparisonGroups(votes: Matrix): readonly (readonly number[])[] {
  const rest = new Set(Array.from({ length: votes.rows }, (_, i) => i));
  const groups: number[][] = [];
  for (const player of rest) {
    const group = [...reachable(votes, player, "compared")].toSorted((a, b) => a - b);
    for (const member of group) rest.delete(member);
    groups.push(group);
  }
  return groups;
}

/**
 * Throws INVALID_INPUT unless everybody is connected, and everybody beat everybody through some chain of wins: otherwise
 * some strengths have no bound.
 */
export function checkRanking(votes: Matrix): void {
  const groups = comparisonGroups(votes);
  if (groups.length > 1) {
    const listed = groups.map((group) => `{${group.join(", ")}}`).join(" and ");
    throw new MezzotintError("INVALID_INPUT", `votes: no ranking, ${listed} were never compared with each other`);
  }
  for (const direction of ["beat", "lost-to"] as const) {
    const found = reachable(votes, 0, direction);
    if (found.size === votes.rows) continue;
    const [one, other] = [[...found], Array.from({ length: votes.rows }, (_, i) => i).filter((i) => !found.has(i))];
    const [never, always] = direction === "beat" ? [one, other] : [other, one];
    throw new MezzotintError(
      "INVALID_INPUT",
      `votes: {${never.join(", ")}} never beat {${always.join(", ")}}, so their distance has no bound; give a prior`,
    );
  }
}

type Relation = "compared" | "beat" | "lost-to";

function reachable({ rows, data }: Matrix, start: number, relation: Relation): Set<number> {
  const found = new Set([start]);
  // A set hands out members added while it is walked, so this visits everything that can be reached.
  for (const i of found) {
    for (let j = 0; j < rows; j++) {
      const won = relation !== "lost-to" && (data[i * rows + j] as number) > 0;
      const lost = relation !== "beat" && (data[j * rows + i] as number) > 0;
      if (won || lost) found.add(j);
    }
  }
  return found;
}
