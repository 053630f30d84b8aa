"use client";

import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import type { FormFile } from "./form-state.ts";
import { maskSizeOf, replay } from "./mask-canvas.ts";
import type { Point } from "./mask-history.ts";
import type { MaskPainter } from "./use-mask-painter.ts";
import { useStrokes } from "./use-strokes.ts";

export interface MaskStageProps {
  readonly source: FormFile;
  readonly painter: MaskPainter;
  readonly earlier: HTMLCanvasElement | null;
  readonly canvasRef: RefObject<HTMLCanvasElement | null>;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The picture as large as it fits, the mask over it in copper at half opacity, and the brush where the pointer is. */
export function MaskStage({ source, painter, earlier, canvasRef }: MaskStageProps) {
  const { width, height } = maskSizeOf(source);
  const { actions, erases, sizePixels } = painter;
  const strokes = useStrokes(canvasRef, painter);
  const brush = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Point>({ x: width / 2, y: height / 2 });

  useEffect(() => {
    const context = canvasRef.current?.getContext("2d", { willReadFrequently: true });
    if (context !== null && context !== undefined) replay(context, earlier, actions);
  }, [canvasRef, earlier, actions]);

  function showBrush({ x, y }: Point): void {
    brush.current?.style.setProperty("left", `${(x / width) * 100}%`);
    brush.current?.style.setProperty("top", `${(y / height) * 100}%`);
  }

  function follow(event: PointerEvent<HTMLElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    showBrush({
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    });
  }

  function pressKey(event: KeyboardEvent): void {
    const move = MOVES[event.key];
    if (move !== undefined) {
      const step = Math.max(1, sizePixels / 2);
      const next = {
        x: Math.min(width, Math.max(0, place.x + move[0] * step)),
        y: Math.min(height, Math.max(0, place.y + move[1] * step)),
      };
      setPlace(next);
      showBrush(next);
      if (event.shiftKey) painter.draw({ erases, sizePixels, points: [place, next] });
    } else if (event.key === " " || event.key === "Enter") painter.draw({ erases, sizePixels, points: [place] });
    else return;
    event.preventDefault();
  }

  return (
    <div className="flex min-h-0 flex-1 items-center justify-center rounded-lg bg-mat [container-type:size]">
      <div
        className="group relative overflow-hidden rounded-[3px]"
        style={{
          aspectRatio: `${width} / ${height}`,
          width: `min(100cqw, calc(100cqh * ${width / height}))`,
        }}
        onPointerMove={follow}
      >
        <img src={source.url} alt="" draggable={false} className="absolute inset-0 size-full select-none" />
        <canvas
          ref={canvasRef}
          width={width}
          height={height}
          tabIndex={0}
          // Painting with keys is what this role is for, though linters count it among the inert ones.
          // oxlint-disable-next-line jsx-a11y/no-interactive-element-to-noninteractive-role
          role="application"
          aria-roledescription="Mask"
          aria-label="Mask: paint with the pointer, or with arrow keys and space"
          onKeyDown={pressKey}
          onFocus={() => showBrush(place)}
          className="absolute inset-0 size-full cursor-none touch-none opacity-50 focus-visible:-outline-offset-2"
          {...strokes}
        />
        <div
          ref={brush}
          aria-hidden
          style={{ width: `${(sizePixels / width) * 100}%` }}
          className="pointer-events-none absolute aspect-square -translate-1/2 rounded-full border border-white opacity-0 mix-blend-difference group-hover:opacity-100 group-has-focus-visible:opacity-100"
        />
      </div>
    </div>
  );
}
