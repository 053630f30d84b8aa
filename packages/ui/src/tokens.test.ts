import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const css = await readFile(new URL("tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+\d?): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = "", paper, plate]) => [name, { paper, plate }],
  ),
);

/** WCAG 2.2: relative luminance and contrast ratio of two colours. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const SERIES = [1, 2, 3, 4, 5, 6].map((place) => `series-${place}`);
const TEXTS = ["ink", "ink-soft", "ink-quiet", "copper", "danger", ...SERIES];
const GROUNDS = ["ground", "surface", "raised", "mat"];
const PAIRS = [...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground])), ["on-copper", "copper"]];

test.each(["paper", "plate"] as const)("every text can be read on every ground of the %s theme", (theme) => {
  expect(tokens.size).toBeGreaterThan(10);
  for (const [text = "", ground = ""] of PAIRS) {
    const [front, back] = [tokens.get(text)?.[theme], tokens.get(ground)?.[theme]];
    if (front === undefined || back === undefined) throw new Error(`no token ${text} or ${ground}`);
    expect(contrast(front, back), `${text} ${front} on ${ground} ${back}`).toBeGreaterThanOrEqual(4.5);
  }
});
