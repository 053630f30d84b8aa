"use client";

import { useRef, type PointerEvent, type RefObject } from "react";
import { drawStroke } from "./mask-canvas.ts";
import type { Point, Stroke } from "./mask-history.ts";
import type { MaskPainter } from "./use-mask-painter.ts";

export interface StrokeHandlers {
  onPointerDown(event: PointerEvent<HTMLCanvasElement>): void;
  onPointerMove(event: PointerEvent<HTMLCanvasElement>): void;
  onPointerUp(): void;
  onPointerCancel(): void;
}

/** The other end of a pen, as `PointerEvent.buttons` tells it. */
const ERASER_BUTTON = 32;

/** Strokes of mouse, finger and pen: drawn as the pointer goes, remembered when it lifts. */
export function useStrokes(canvas: RefObject<HTMLCanvasElement | null>, painter: MaskPainter): StrokeHandlers {
  const stroke = useRef<Stroke | null>(null);
  const { erases, sizePixels } = painter;

  function extend(points: readonly Point[]): void {
    const context = canvas.current?.getContext("2d");
    const current = stroke.current;
    if (context === null || context === undefined || current === null) return;
    // From the last point on: what came before is on the canvas already.
    drawStroke(context, { ...current, points: [...current.points.slice(-1), ...points] });
    stroke.current = { ...current, points: [...current.points, ...points] };
  }

  function finish(): void {
    const finished = stroke.current;
    stroke.current = null;
    if (finished !== null) painter.draw(finished);
  }

  return {
    onPointerDown(event) {
      const isEraser = (event.buttons & ERASER_BUTTON) !== 0;
      if (event.button > 0 && !isEraser) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      stroke.current = { erases: erases || isEraser, sizePixels, points: [] };
      extend([placeOf(event.nativeEvent, event.currentTarget)]);
    },
    onPointerMove({ nativeEvent, currentTarget }) {
      if (stroke.current === null) return;
      const between = nativeEvent.getCoalescedEvents();
      const events = between.length === 0 ? [nativeEvent] : between;
      extend(events.map((one) => placeOf(one, currentTarget)));
    },
    onPointerUp: finish,
    onPointerCancel: finish,
  };
}

/** Where a pointer is, in pixels of the mask rather than of the screen. */
function placeOf(event: { clientX: number; clientY: number }, canvas: HTMLCanvasElement): Point {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return {
    x: ((event.clientX - left) / width) * canvas.width,
    y: ((event.clientY - top) / height) * canvas.height,
  };
}
