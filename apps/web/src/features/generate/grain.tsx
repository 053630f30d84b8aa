"use client";

import { useEffect, useRef } from "react";

const SIZE = 104;

/** A plate roughened all over: what there is before a picture. The same key gives the same grain. */
export function Grain({ seed, opacity }: { readonly seed: string; readonly opacity: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context !== null && context !== undefined) roughen(context, hashOf(seed));
  }, [seed]);
  return (
    <canvas
      ref={canvas}
      width={SIZE}
      height={SIZE}
      aria-hidden
      style={{ opacity }}
      className="absolute inset-0 size-full transition-opacity duration-500 ease-out [image-rendering:pixelated]"
    />
  );
}

function roughen(context: CanvasRenderingContext2D, seed: number): void {
  const plate = context.createImageData(SIZE, SIZE);
  let state = seed;
  for (let at = 0; at < plate.data.length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const grey = 26 + ((state >>> 24) * ((state >>> 16) & 255)) / 340;
    plate.data[at] = grey * 1.06;
    plate.data[at + 1] = grey * 0.94;
    plate.data[at + 2] = grey * 0.84;
    plate.data[at + 3] = 255;
  }
  context.putImageData(plate, 0, 0);
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619) >>> 0;
  return hash;
}
