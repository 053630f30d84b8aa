export const COLOR_NAMES = [
  "red",
  "orange",
  "yellow",
  "green",
  "blue",
  "purple",
  "pink",
  "brown",
  "black",
  "gray",
  "white",
] as const;

export type ColorName = (typeof COLOR_NAMES)[number];

const NEUTRAL: ReadonlySet<ColorName> = new Set(["black", "gray", "white"]);
/** Names that shading moves between: a red apple's highlight is pink, a yellow face's shadow orange. */
const NEIGHBOURS: Readonly<Record<string, readonly ColorName[]>> = {
  red: ["pink", "orange", "brown"],
  orange: ["yellow", "brown", "red"],
  yellow: ["orange"],
  green: [],
  blue: ["purple"],
  purple: ["pink", "blue"],
  pink: ["red", "purple"],
  brown: ["orange", "red"],
};

/** Colour name of one u8 RGB pixel, by hue, chroma and lightness thresholds in HSL. */
export function colorNameOf(red: number, green: number, blue: number): ColorName {
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const chroma = max - min;
  const lightness = (max + min) / 510;
  const saturation = max === 0 ? 0 : chroma / max;
  if (max < 75 || (max < 108 && chroma < 60)) return "black";
  if (chroma < 28 || saturation < 0.16 || (saturation < 0.3 && max < 150)) {
    return lightness > 0.82 ? "white" : lightness < 0.27 ? "black" : "gray";
  }
  return chromaticName(hueDegrees([red, green, blue], max, chroma), max, saturation);
}

function chromaticName(hue: number, max: number, saturation: number): ColorName {
  if (hue < 14 || hue >= 345) {
    if (max < 150) return hue < 14 ? "brown" : "red";
    if (hue >= 6 && hue < 14 && max < 215 && saturation < 0.7) return "brown";
    return saturation < 0.55 && max > 200 ? "pink" : "red";
  }
  if (hue < 42) {
    if (max < 185 || (saturation < 0.62 && max < 250)) return "brown";
    return hue < 34 ? "orange" : "yellow";
  }
  if (hue < 68) return max < 140 ? "brown" : "yellow";
  if (hue < 172) return "green";
  if (hue < 252) return "blue";
  if (hue < 300) return "purple";
  return max < 150 ? "purple" : "pink";
}

function hueDegrees(rgb: readonly [number, number, number], max: number, chroma: number): number {
  const [red, green, blue] = rgb;
  if (max === red) return (60 * ((green - blue) / chroma) + 360) % 360;
  return max === green ? 60 * ((blue - red) / chroma) + 120 : 60 * ((red - green) / chroma) + 240;
}

/**
 * The colour one would call a drawing by, or null when none dominates, from straight-alpha u8 RGBA [n, 4].
 * Pixels under half opacity do not count. A chromatic name wins when it holds 35 % of the drawing and, with the names
 * its shading turns into, 70 % of the chromatic pixels; a neutral one when it holds 55 % of the drawing.
 */
export function dominantColor(rgba: Uint8Array): ColorName | null {
  const counts = new Map<ColorName, number>(COLOR_NAMES.map((name) => [name, 0]));
  let total = 0;
  for (let i = 0; i + 3 < rgba.length; i += 4) {
    if ((rgba[i + 3] as number) < 128) continue;
    const name = colorNameOf(rgba[i] as number, rgba[i + 1] as number, rgba[i + 2] as number);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    total++;
  }
  if (total === 0) return null;
  const share = (name: ColorName): number => (counts.get(name) ?? 0) / total;
  const ranked = [...COLOR_NAMES].sort((a, b) => share(b) - share(a));
  const neutral = ranked.find((name) => NEUTRAL.has(name));
  const chromatic = ranked.find((name) => !NEUTRAL.has(name));
  if (chromatic !== undefined && share(chromatic) >= 0.35) {
    const chromaticShare = ranked.reduce((sum, name) => (NEUTRAL.has(name) ? sum : sum + share(name)), 0);
    const related = (NEIGHBOURS[chromatic] ?? []).reduce((sum, name) => sum + share(name), share(chromatic));
    if (related >= 0.7 * chromaticShare) return chromatic;
  }
  return neutral !== undefined && share(neutral) >= 0.55 ? neutral : null;
}
