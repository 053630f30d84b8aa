import type { Spot } from "./pareto-front.ts";

export interface Labelled extends Spot {
  readonly text: string;
}

export interface LabelPlace extends Spot {
  readonly anchor: "start" | "end" | "middle";
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const CHARACTER = 6.4;
const LINE = 13;
const GAP = 9;
const MARK = 6;

/**
 * Where the names of marks go so that none covers another one, a mark, or the edge: to the right, the left, above or below.
 * Null for a name that has no room. In pixels.
 */
export function labelPlaces(
  marks: readonly Labelled[],
  area: { readonly width: number; readonly height: number },
): (LabelPlace | null)[] {
  const taken: Box[] = marks.map((mark) => around(mark, { across: MARK, down: MARK }));
  return marks.map((mark, own) => {
    const across = (mark.text.length * CHARACTER) / 2;
    const candidates: (LabelPlace & { readonly middle: number })[] = [
      { x: mark.x + GAP, y: mark.y, anchor: "start", middle: mark.x + GAP + across },
      { x: mark.x - GAP, y: mark.y, anchor: "end", middle: mark.x - GAP - across },
      { x: mark.x, y: mark.y - GAP - LINE / 2, anchor: "middle", middle: mark.x },
      { x: mark.x, y: mark.y + GAP + LINE / 2, anchor: "middle", middle: mark.x },
    ];
    for (const { middle, ...place } of candidates) {
      const box = around({ x: middle, y: place.y }, { across, down: LINE / 2 });
      const fits = box.left >= 0 && box.right <= area.width && box.top >= 0 && box.bottom <= area.height;
      if (!fits || taken.some((other, index) => index !== own && overlaps(box, other))) continue;
      taken.push(box);
      return place;
    }
    return null;
  });
}

function around({ x, y }: Spot, { across, down }: { readonly across: number; readonly down: number }): Box {
  return { left: x - across, right: x + across, top: y - down, bottom: y + down };
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
