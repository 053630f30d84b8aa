/** What a person did to a mask, in order: replaying it from the start makes the same mask again. */
export type MaskAction =
  | { readonly kind: "stroke"; readonly stroke: Stroke }
  | { readonly kind: "invert" }
  | { readonly kind: "clear" };

export interface Point {
  /** In pixels of the mask. */
  readonly x: number;
  readonly y: number;
}

export interface Stroke {
  readonly erases: boolean;
  /** Diameter of the brush in pixels of the mask. */
  readonly sizePixels: number;
  readonly points: readonly Point[];
}

export interface MaskHistory {
  readonly done: readonly MaskAction[];
  /** What was taken back, the latest first; gone with the next action. */
  readonly undone: readonly MaskAction[];
}

export const EMPTY_HISTORY: MaskHistory = { done: [], undone: [] };

export type MaskStep = { readonly kind: "do"; readonly action: MaskAction } | { readonly kind: "undo" | "redo" };

export function reduceHistory({ done, undone }: MaskHistory, step: MaskStep): MaskHistory {
  switch (step.kind) {
    case "do":
      return { done: [...done, step.action], undone: [] };
    case "undo": {
      const last = done.at(-1);
      return last === undefined ? { done, undone } : { done: done.slice(0, -1), undone: [last, ...undone] };
    }
    case "redo": {
      const [next, ...rest] = undone;
      return next === undefined ? { done, undone } : { done: [...done, next], undone: rest };
    }
  }
}

const BRUSH_SIZES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

/** Brushes from one pixel to half the longer side, in even steps to the eye. */
export function brushSizes(longSide: number): readonly number[] {
  return BRUSH_SIZES.filter((size) => size <= Math.max(4, longSide / 2));
}

/** The next brush up or down; it stays at the ends. */
export function nextBrush(sizes: readonly number[], size: number, direction: 1 | -1): number {
  const at = sizes.findIndex((candidate) => candidate >= size);
  const next = Math.min(sizes.length - 1, Math.max(0, (at < 0 ? sizes.length - 1 : at) + direction));
  return sizes[next] ?? size;
}
