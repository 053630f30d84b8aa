import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";

/** One blind comparison of two players, by their names. */
export interface Vote {
  readonly left: string;
  readonly right: string;
  readonly outcome: "left" | "right" | "tie";
}

/**
 * Votes as wins [n, n] of the given players, a tie as half a win for both.
 * Throws INVALID_INPUT for a vote on somebody else, or on one player against itself.
 */
export function countVotes(votes: readonly Vote[], players: readonly string[]): Matrix {
  const indices = new Map(players.map((player, i) => [player, i]));
  const size = players.length;
  const wins = new Float64Array(size * size);
  for (const { left, right, outcome } of votes) {
    const [i, j] = [indices.get(left), indices.get(right)];
    if (i === undefined || j === undefined || i === j) {
      throw new MezzotintError("INVALID_INPUT", `votes: "${left}" against "${right}" is no pair of ${size} players`);
    }
    const share = outcome === "tie" ? 0.5 : outcome === "left" ? 1 : 0;
    wins[i * size + j] = (wins[i * size + j] as number) + share;
    wins[j * size + i] = (wins[j * size + i] as number) + 1 - share;
  }
  return matrix(size, size, wins);
}
