import type { CSSProperties } from "react";

/** The part of a picture that is looked at: enlarged so many times around a middle, in shares of width and height. */
export interface Crop {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Crop = { scale: 1, x: 0.5, y: 0.5 };
const SCALE_MAX = 16;

/** Enlarged by a factor around the same middle, as far as it goes. */
export function enlarge(crop: Crop, factor: number): Crop {
  return inside({ ...crop, scale: Math.min(SCALE_MAX, Math.max(1, crop.scale * factor)) });
}

/** Moved by shares of what is seen; it ends where the picture ends. */
export function move(crop: Crop, by: { readonly x: number; readonly y: number }): Crop {
  return inside({ ...crop, x: crop.x + by.x / crop.scale, y: crop.y + by.y / crop.scale });
}

/** Lays a crop on a picture in a frame that hides what is outside of it. */
export function cropStyle({ scale, x, y }: Crop): CSSProperties {
  return { transform: `scale(${scale}) translate(${100 * (0.5 - x)}%, ${100 * (0.5 - y)}%)` };
}

function inside({ scale, x, y }: Crop): Crop {
  const half = 0.5 / scale;
  const within = (value: number): number => Math.min(1 - half, Math.max(half, value));
  return { scale, x: within(x), y: within(y) };
}
