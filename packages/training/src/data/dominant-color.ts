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

/**
 * Colour name of one u8 RGB pixel by thresholds of hue, HSV saturation and value, set so that drawings whose name says
 * a colour ("orange heart", "blue book") get that colour.
 */
export function colorNameOf(red: number, green: number, blue: number): ColorName {
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const chroma = max - min;
  const lightness = (max + min) / 510;
  const saturation = max === 0 ? 0 : chroma / max;
  if (max < 75 || (max < 108 && chroma < 60)) return "black";
  const hue = chroma === 0 ? 0 : hueDegrees([red, green, blue], max, chroma);
  // Soft shadows on white are often painted lavender.
  const isWhiteInShade = hue >= 255 && hue < 285 && saturation < 0.21 && max > 200;
  if (isWhiteInShade) return "white";
  if (chroma < 28 || saturation < 0.16 || (saturation < 0.3 && max < 150)) {
    return lightness > 0.82 ? "white" : lightness < 0.27 ? "black" : "gray";
  }
  return hue < 68 || hue >= 335 ? warmName(hue, max, saturation) : coolName(hue, max);
}

/** Red, orange, yellow, and what they turn into when pale (pink) or dark and dull (brown). */
function warmName(hue: number, max: number, saturation: number): ColorName {
  if (hue >= 42 && hue < 335) return max < 140 ? "brown" : "yellow";
  if (hue >= 18 && hue < 335) {
    if (max < 185 || (saturation < 0.62 && max < 250)) return "brown";
    return hue < 33 || (hue < 40 && saturation >= 0.9) ? "orange" : "yellow";
  }
  if (max < 215 && saturation < 0.62) return "brown";
  if (hue >= 10 && hue < 335) return saturation >= 0.85 ? "red" : "orange";
  if (hue >= 335 && hue < 338) return "pink";
  return saturation < 0.6 && max > 200 ? "pink" : "red";
}

function coolName(hue: number, max: number): ColorName {
  if (hue < 172) return "green";
  if (hue < 252) return "blue";
  return hue < 300 || max < 150 ? "purple" : "pink";
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
