import type { Dimension } from "./dimension.ts";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

type Direction = Dimension["better"];

/**
 * The spots that no other one beats: at least as good in both dimensions and better in one. Sorted by x. Without a better
 * side in a dimension there is no front, and the answer is empty.
 */
export function paretoFront<Of extends Spot>(
  spots: readonly Of[],
  better: { readonly x: Direction; readonly y: Direction },
): Of[] {
  if (better.x === null || better.y === null) return [];
  const gain = { x: better.x === "higher" ? 1 : -1, y: better.y === "higher" ? 1 : -1 };
  const beats = (a: Spot, b: Spot): boolean => {
    const [x, y] = [gain.x * (a.x - b.x), gain.y * (a.y - b.y)];
    return x >= 0 && y >= 0 && x + y > 0;
  };
  return spots.filter((spot) => !spots.some((other) => beats(other, spot))).toSorted((a, b) => a.x - b.x);
}

/** The edge of what the front beats, as corners of a stair: between two spots it is as bad as the worse in each dimension. */
export function frontEdge(front: readonly Spot[], better: { readonly x: Direction; readonly y: Direction }): Spot[] {
  const worse = (direction: Direction, a: number, b: number): number =>
    direction === "higher" ? Math.min(a, b) : Math.max(a, b);
  return front.flatMap(({ x, y }, place) => {
    const next = front[place + 1];
    if (next === undefined) return [{ x, y }];
    return [
      { x, y },
      { x: worse(better.x, x, next.x), y: worse(better.y, y, next.y) },
    ];
  });
}
