import type { Clip } from "@mezzotint/evaluation/extractors/clip";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { CHINESE_COLORS } from "../../data/chinese-words.ts";
import { PAINT_NAMES, recolor, type PaintName } from "../../data/recolor.ts";
import { STYLES } from "../../data/emoji/styles.ts";
import type { Cutouts } from "../../recipes/evaluation/cutouts.ts";
import { embedDrawings } from "./embed-drawings.ts";

/** Shares in [0, 1] over drawings of concepts the picture encoder never saw. */
export interface ClipFigures {
  readonly drawings: number;
  readonly concepts: number;
  /** The right name of all held-out concepts is the nearest one, among the nearest five; in Chinese; among all names. */
  readonly nameTop1: number;
  readonly nameTop5: number;
  readonly chineseNameTop1: number;
  readonly nameAmongAllTop1: number;
  readonly allConcepts: number;
  /** A drawing of the named concept is the nearest of all held-out drawings, among the nearest five. */
  readonly drawingTop1: number;
  readonly drawingTop5: number;
  /** The right one of seven colours for drawings painted anew, in English and Chinese; the right one of four styles. */
  readonly colorTop1: number;
  readonly chineseColorTop1: number;
  readonly painted: number;
  readonly styleTop1: number;
}

/** Measures a CLIP pack on the drawings `places` of concepts that it was not trained on. */
export async function clipFigures(clip: Clip, cutouts: Cutouts, places: readonly number[]): Promise<ClipFigures> {
  const drawings = places.map((place) => ({ ...cutouts.metadata(place), pixels: cutouts.cutout(place).pixels }));
  const pictures = await embedDrawings(
    clip,
    drawings.map(({ pixels }) => pixels),
    cutouts.side,
  );
  const concepts = [...new Map(drawings.map((one) => [one.concept, one.names])).entries()];
  const own = drawings.map(({ concept }) => concepts.findIndex(([hexcode]) => hexcode === concept));
  const english = await embedTexts(
    clip,
    concepts.map(([, names]) => names["en"]),
  );
  const chinese = await embedTexts(
    clip,
    concepts.map(([, names]) => names["zh"]),
  );
  const everything = new Map(
    Array.from({ length: cutouts.count }, (_, index) => cutouts.metadata(index)).map(({ names }) => [names["en"], 0]),
  );
  const allNames = [...everything.keys()];
  const all = await embedTexts(clip, allNames);
  const byName = ranks(pictures, english, (row) => (column) => column === own[row]);
  const byDrawing = ranks(english, pictures, (row) => (column) => own[column] === row);
  return {
    drawings: drawings.length,
    concepts: concepts.length,
    nameTop1: within(byName, 1),
    nameTop5: within(byName, 5),
    chineseNameTop1: within(
      ranks(pictures, chinese, (row) => (column) => column === own[row]),
      1,
    ),
    nameAmongAllTop1: within(
      ranks(pictures, all, (row) => (column) => allNames[column] === drawings[row]?.names["en"]),
      1,
    ),
    allConcepts: allNames.length,
    drawingTop1: within(byDrawing, 1),
    drawingTop5: within(byDrawing, 5),
    ...(await colorFigures(clip, cutouts, places)),
    styleTop1: await styleFigure(clip, drawings, pictures),
  };
}

async function embedTexts(clip: Clip, texts: readonly string[]): Promise<Matrix> {
  return (await clip.embedTexts(texts)).embeddings;
}

async function styleFigure(
  clip: Clip,
  drawings: readonly { readonly style: string; readonly names: Readonly<Record<string, string>> }[],
  pictures: Matrix,
): Promise<number> {
  const words = STYLES.map(({ word }) => word);
  const texts = await embedTexts(
    clip,
    drawings.flatMap(({ names }) => words.map((word) => `${word} ${names["en"]}`)),
  );
  return chosen(
    pictures,
    texts,
    drawings.map(({ style }) => words.findIndex((word) => word === style)),
  );
}

async function colorFigures(clip: Clip, cutouts: Cutouts, places: readonly number[]) {
  const painted: {
    readonly pixels: Uint8Array;
    readonly to: PaintName;
    readonly names: Readonly<Record<string, string>>;
  }[] = [];
  for (const place of places) {
    const { color, names } = cutouts.metadata(place);
    if (
      color === null ||
      ["black", "gray", "white"].includes(color) ||
      /\b(?:red|blue|green|yellow|pink|purple|orange|brown)\b/.test(names["en"])
    )
      continue;
    const to = PAINT_NAMES[place % PAINT_NAMES.length] as PaintName;
    const pixels = to === color ? cutouts.cutout(place).pixels : recolor(cutouts.cutout(place), color, to);
    if (pixels !== undefined) painted.push({ pixels, to, names });
  }
  const pictures = await embedDrawings(
    clip,
    painted.map(({ pixels }) => pixels),
    cutouts.side,
  );
  const wanted = painted.map(({ to }) => PAINT_NAMES.indexOf(to));
  const english = painted.flatMap(({ names }) => PAINT_NAMES.map((name) => `${name} ${names["en"]}`));
  const chinese = painted.flatMap(({ names }) => PAINT_NAMES.map((name) => `${CHINESE_COLORS[name]}的${names["zh"]}`));
  return {
    painted: painted.length,
    colorTop1: chosen(pictures, await embedTexts(clip, english), wanted),
    chineseColorTop1: chosen(pictures, await embedTexts(clip, chinese), wanted),
  };
}

function cosine(a: Matrix, row: number, { b, column }: { readonly b: Matrix; readonly column: number }): number {
  let [product, first, second] = [0, 0, 0];
  for (let k = 0; k < a.columns; k++) {
    const [x, y] = [a.data[row * a.columns + k] as number, b.data[column * b.columns + k] as number];
    product += x * y;
    first += x * x;
    second += y * y;
  }
  return product / Math.sqrt(first * second);
}

/** For each row of `a`, how many rows of `b` come before the nearest right one. */
function ranks(a: Matrix, b: Matrix, isRight: (row: number) => (column: number) => boolean): number[] {
  return Array.from({ length: a.rows }, (_, row) => {
    const right = isRight(row);
    const order = Array.from({ length: b.rows }, (_, column) => ({
      cosine: cosine(a, row, { b, column }),
      isRight: right(column),
    })).toSorted((one, other) => other.cosine - one.cosine);
    return order.findIndex((one) => one.isRight);
  });
}

function within(found: readonly number[], count: number): number {
  return found.filter((rank) => rank < count).length / found.length;
}

/** The share of pictures whose nearest among the texts of their own is the wanted one; texts [n * choices, d]. */
function chosen(pictures: Matrix, texts: Matrix, wanted: readonly number[]): number {
  const choices = texts.rows / pictures.rows;
  const right = wanted.filter((want, row) => {
    const cosines = Array.from({ length: choices }, (_, choice) =>
      cosine(pictures, row, { b: texts, column: row * choices + choice }),
    );
    return cosines.indexOf(Math.max(...cosines)) === want;
  });
  return right.length / wanted.length;
}
