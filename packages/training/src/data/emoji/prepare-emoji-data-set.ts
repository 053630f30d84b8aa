import { toMezzotintError } from "@mezzotint/contracts/errors";
import { flattenOnWhite } from "@mezzotint/image/flatten-on-white";
import { rasterizeSvg } from "@mezzotint/image/rasterize-svg";
import { dominantColor } from "../dominant-color.ts";
import type { DrawingMetadata } from "../metadata.ts";
import { openPackedDataSet, type PackedDataSet, readPackedManifest } from "../packed-data-set.ts";
import { PackedWriter } from "../packed-writer.ts";
import { type Concept, loadConcepts } from "./concepts.ts";
import { type IconSet, loadIconSet } from "./icon-set.ts";
import { STYLES } from "./styles.ts";

/** Raised whenever the same sources would give different pixels or captions. */
const REVISION = 2;
const CONCEPTS_AT_ONCE = 8;

const LANGUAGE_SOURCE = {
  name: "emojibase-data (names and keywords from Unicode CLDR)",
  licence: "MIT, Unicode-3.0",
  source: "https://github.com/milesj/emojibase",
};

/**
 * Draws every emoji concept in every set at `size` px on white and packs it into `folder`, or opens the folder when
 * that was done before; drawings that cannot be rendered are skipped and named in the manifest.
 */
export async function prepareEmojiDataSet(
  folder: string,
  { size = 64 }: { readonly size?: number } = {},
): Promise<PackedDataSet> {
  const name = `emoji-${size}-r${REVISION}`;
  const existing = await readPackedManifest(folder);
  if (existing?.name !== name) await packEmoji(folder, name, size);
  return openPackedDataSet(folder);
}

async function packEmoji(folder: string, name: string, size: number): Promise<void> {
  const concepts = await loadConcepts();
  const sets = await Promise.all(STYLES.map(loadIconSet));
  const sources = [
    ...STYLES.map((style) => ({
      name: `${style.set} by ${style.author}`,
      licence: style.licence,
      source: style.source,
    })),
    LANGUAGE_SOURCE,
  ];
  const writer = await PackedWriter.create(folder, { name, width: size, height: size, sources });
  const counts: Record<string, Record<string, number>> = { style: {}, group: {}, color: {} };
  const tally = (key: string, value: string): void => {
    const column = (counts[key] ??= {});
    column[value] = (column[value] ?? 0) + 1;
  };
  try {
    for (let start = 0; start < concepts.length; start += CONCEPTS_AT_ONCE) {
      const pairs = concepts
        .slice(start, start + CONCEPTS_AT_ONCE)
        .flatMap((concept) => sets.map((set) => ({ concept, set })));
      for (const drawn of await Promise.all(pairs.map(({ concept, set }) => draw(concept, set, size)))) {
        if ("reason" in drawn) {
          writer.skip(drawn.id, drawn.reason);
          continue;
        }
        await writer.add(drawn.pixels, drawn.metadata);
        tally("style", drawn.metadata.style);
        tally("group", drawn.metadata.group);
        tally("color", drawn.metadata.color ?? "mixed");
      }
    }
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish(counts);
}

type Drawn = { readonly pixels: Uint8Array; readonly metadata: DrawingMetadata } | { id: string; reason: string };

async function draw(concept: Concept, set: IconSet, size: number): Promise<Drawn> {
  const id = `${set.style.set}/${concept.hexcode}`;
  const drawing = set.drawing(concept.hexcode, concept.label);
  if (drawing === undefined) return { id, reason: `${concept.names.en}: the set has no drawing` };
  let rgba: Uint8Array;
  try {
    rgba = await rasterizeSvg(drawing, size);
  } catch (error) {
    return { id, reason: `${concept.names.en}: ${toMezzotintError(error).message}` };
  }
  const metadata: DrawingMetadata = {
    kind: "drawing",
    id,
    set: set.style.set,
    style: set.style.word,
    concept: concept.hexcode,
    group: concept.group,
    subgroup: concept.subgroup,
    color: dominantColor(rgba),
    names: { ...concept.names },
    keywords: { ...concept.keywords },
  };
  return { pixels: flattenOnWhite(rgba), metadata };
}
