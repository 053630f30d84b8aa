import type { RandomStream } from "../trainer/random.ts";
import { colorNameOf, dominantColor, type ColorName } from "./dominant-color.ts";

/** Hue in degrees and how much of the saturation and the brightness stay, for each colour a drawing can be painted in. */
const PAINTS = {
  red: { hue: 356, saturation: 1, value: 1 },
  orange: { hue: 27, saturation: 1.1, value: 1 },
  yellow: { hue: 49, saturation: 1, value: 1.1 },
  green: { hue: 125, saturation: 0.95, value: 0.9 },
  blue: { hue: 212, saturation: 0.95, value: 1 },
  purple: { hue: 276, saturation: 0.85, value: 0.95 },
  pink: { hue: 336, saturation: 0.5, value: 1.1 },
} as const;

export type PaintName = keyof typeof PAINTS;
export const PAINT_NAMES: readonly PaintName[] = Object.keys(PAINTS) as PaintName[];
const NEUTRAL: ReadonlySet<ColorName> = new Set(["black", "gray", "white"]);

export interface Cutout {
  /** u8 RGB [h, w, 3], flattened on white. */
  readonly pixels: Uint8Array;
  /** u8 [h, w]. */
  readonly alpha: Uint8Array;
}

/**
 * A drawing in another colour: hues turn together so that those of its dominant colour `from` become the paint's, grays
 * stay. Undefined when the result would not be called by the paint's name (by `dominantColor`), as for a drawing of
 * several colours. Pixels u8 RGB [h, w, 3] on white.
 */
export function recolor({ pixels, alpha }: Cutout, from: ColorName, to: PaintName): Uint8Array | undefined {
  const turn = (PAINTS[to].hue - meanHue(pixels, alpha, from) + 360) % 360;
  const painted = new Uint8Array(pixels);
  const rgba = new Uint8Array(alpha.length * 4);
  for (let place = 0; place < alpha.length; place++) {
    paint(painted, place * 3, { turn, to });
    for (let channel = 0; channel < 3; channel++) rgba[place * 4 + channel] = painted[place * 3 + channel] as number;
    rgba[place * 4 + 3] = alpha[place] as number;
  }
  return dominantColor(rgba) === to ? painted : undefined;
}

/** A drawing of the colour `from` in any other colour, or undefined when it has none to turn or the turn fails. */
export function recolorAtRandom(
  cutout: Cutout,
  from: ColorName | null,
  random: RandomStream,
): (Cutout & { readonly color: PaintName }) | undefined {
  const to = PAINT_NAMES[random.integer(PAINT_NAMES.length)] as PaintName;
  if (from === null || NEUTRAL.has(from) || from === to) return undefined;
  const pixels = recolor(cutout, from, to);
  return pixels === undefined ? undefined : { ...cutout, pixels, color: to };
}

/** The circular mean of the hues that bear the name, in degrees. */
function meanHue(pixels: Uint8Array, alpha: Uint8Array, name: ColorName): number {
  let [east, north] = [0, 0];
  for (let place = 0; place < alpha.length; place++) {
    if ((alpha[place] as number) < 128) continue;
    const red = pixels[place * 3] as number;
    const green = pixels[place * 3 + 1] as number;
    const blue = pixels[place * 3 + 2] as number;
    if (colorNameOf(red, green, blue) !== name) continue;
    const angle = (hueOf(red, green, blue) * Math.PI) / 180;
    east += Math.cos(angle);
    north += Math.sin(angle);
  }
  return ((Math.atan2(north, east) * 180) / Math.PI + 360) % 360;
}

function hueOf(red: number, green: number, blue: number): number {
  const max = Math.max(red, green, blue);
  const chroma = max - Math.min(red, green, blue);
  if (chroma === 0) return 0;
  if (max === red) return ((60 * (green - blue)) / chroma + 360) % 360;
  return max === green ? (60 * (blue - red)) / chroma + 120 : (60 * (red - green)) / chroma + 240;
}

/** Turns one pixel in hue, saturation and value (Smith 1978). */
function paint(pixels: Uint8Array, at: number, { turn, to }: { turn: number; to: PaintName }): void {
  const red = pixels[at] as number;
  const green = pixels[at + 1] as number;
  const blue = pixels[at + 2] as number;
  const max = Math.max(red, green, blue);
  const chroma = max - Math.min(red, green, blue);
  if (chroma < 12) return;
  const { saturation, value } = PAINTS[to];
  const bright = Math.min(255, max * (1 + (value - 1) * (chroma / max)));
  const colorful = Math.min(1, (chroma / max) * saturation);
  const sector = ((hueOf(red, green, blue) + turn) % 360) / 60;
  for (let channel = 0; channel < 3; channel++) {
    const k = (5 - 2 * channel + sector) % 6;
    pixels[at + channel] = Math.round(bright * (1 - colorful * Math.max(0, Math.min(k, 4 - k, 1))));
  }
}
