"use client";

import { useRef, type PointerEvent, type ReactNode } from "react";
import { enlarge, move, WHOLE, type Crop } from "./crop.ts";

const CLOSER = 4;

export interface CropFrameProps {
  readonly crop: Crop;
  readonly onCrop: (crop: Crop) => void;
  readonly children: ReactNode;
}

/** Hides what a crop leaves out. What is enlarged is dragged about; a double click enlarges, or shows the whole again. */
export function CropFrame({ crop, onCrop, children }: CropFrameProps) {
  const held = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (held.current === null) return;
    const { width, height } = event.currentTarget.getBoundingClientRect();
    const by = { x: (held.current.x - event.clientX) / width, y: (held.current.y - event.clientY) / height };
    held.current = { x: event.clientX, y: event.clientY };
    onCrop(move(crop, by));
  };
  const release = (): void => {
    held.current = null;
  };
  return (
    <div
      className={`overflow-hidden rounded-[3px] bg-mat ${crop.scale > 1 ? "cursor-grab touch-none active:cursor-grabbing" : "cursor-zoom-in"}`}
      onPointerDown={(event) => {
        if (crop.scale === 1) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { x: event.clientX, y: event.clientY };
      }}
      onPointerMove={drag}
      onPointerUp={release}
      onPointerCancel={release}
      onDoubleClick={() => onCrop(crop.scale > 1 ? WHOLE : enlarge(crop, CLOSER))}
    >
      {children}
    </div>
  );
}
