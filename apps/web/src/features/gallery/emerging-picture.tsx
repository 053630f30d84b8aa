"use client";

import { useEffect, useRef } from "react";
import { clarityAt, diffuse, normalNoise } from "./diffuse.ts";
import { drawMoonlitPlate } from "./moonlit-plate.ts";

const SIZE = 192;
const TURN_MS = 8_000;
const FRAME_MS = 50;

/** A picture that comes out of noise and goes back into it; the newest public ones in turn, or a moonlit plate. */
export function EmergingPicture({ urls }: { readonly urls: readonly string[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const list = urls.join(" ");
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const stage = new AbortController();
    void perform(element, { urls: list === "" ? [] : list.split(" "), signal: stage.signal });
    return () => stage.abort();
  }, [list]);
  return (
    <canvas
      ref={canvas}
      width={SIZE}
      height={SIZE}
      aria-hidden
      className="aspect-square w-full rounded-md bg-mat shadow-print"
    />
  );
}

async function perform(
  canvas: HTMLCanvasElement,
  { urls, signal }: { urls: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return;
  const isStill = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (let turn = 0; !signal.aborted; turn++) {
    const picture = await readPicture(context, urls[turn % Math.max(1, urls.length)]);
    if (signal.aborted) return;
    if (isStill) return context.putImageData(picture, 0, 0);
    await playTurn(context, { picture, signal });
  }
}

async function readPicture(context: CanvasRenderingContext2D, url: string | undefined): Promise<ImageData> {
  const image = url === undefined ? null : await loadImage(url);
  if (image === null) drawMoonlitPlate(context, SIZE);
  else context.drawImage(image, 0, 0, SIZE, SIZE);
  return context.getImageData(0, 0, SIZE, SIZE);
}

/** Null when it does not load: the moon stands in. */
async function loadImage(url: string): Promise<HTMLImageElement | null> {
  const image = new Image();
  image.src = url;
  return image.decode().then(
    () => image,
    () => null,
  );
}

function playTurn(
  context: CanvasRenderingContext2D,
  { picture, signal }: { picture: ImageData; signal: AbortSignal },
): Promise<void> {
  const noise = normalNoise(SIZE * SIZE * 3, Math.random);
  const frame = context.createImageData(SIZE, SIZE);
  const start = performance.now();
  let shownMs = -FRAME_MS;
  return new Promise((resolve) => {
    function draw(now: number): void {
      const elapsedMs = now - start;
      if (signal.aborted || elapsedMs >= TURN_MS) return resolve();
      if (elapsedMs - shownMs >= FRAME_MS) {
        shownMs = elapsedMs;
        const clarity = clarityAt(elapsedMs / TURN_MS);
        diffuse({ picture: picture.data, noise, clarity, target: frame.data });
        context.putImageData(frame, 0, 0);
      }
      requestAnimationFrame(draw);
    }
    draw(start);
  });
}
