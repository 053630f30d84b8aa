"use client";

import { useReducer, useState } from "react";
import { brushSizes, EMPTY_HISTORY, nextBrush, reduceHistory, type MaskAction, type Stroke } from "./mask-history.ts";
import type { MaskSize } from "./mask-canvas.ts";

/** The tools of a mask and what was done with them. */
export interface MaskPainter {
  readonly actions: readonly MaskAction[];
  readonly sizePixels: number;
  readonly sizes: readonly number[];
  readonly erases: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  setSize(sizePixels: number): void;
  stepSize(direction: 1 | -1): void;
  setErases(erases: boolean): void;
  perform(action: MaskAction): void;
  /** Remembers a stroke, which may be a single dot. */
  draw(stroke: Stroke): void;
  undo(): void;
  redo(): void;
}

const USUAL_BRUSH_SHARE = 0.12;

export function useMaskPainter({ width, height }: MaskSize): MaskPainter {
  const [history, dispatch] = useReducer(reduceHistory, EMPTY_HISTORY);
  const [erases, setErases] = useState(false);
  const longSide = Math.max(width, height);
  const sizes = brushSizes(longSide);
  const [sizePixels, setSize] = useState(() => nextBrush(sizes, longSide * USUAL_BRUSH_SHARE, 1));
  return {
    actions: history.done,
    sizePixels,
    sizes,
    erases,
    canUndo: history.done.length > 0,
    canRedo: history.undone.length > 0,
    setSize,
    stepSize: (direction) => setSize(nextBrush(sizes, sizePixels, direction)),
    setErases,
    perform: (action) => dispatch({ kind: "do", action }),
    draw: (stroke) => dispatch({ kind: "do", action: { kind: "stroke", stroke } }),
    undo: () => dispatch({ kind: "undo" }),
    redo: () => dispatch({ kind: "redo" }),
  };
}
