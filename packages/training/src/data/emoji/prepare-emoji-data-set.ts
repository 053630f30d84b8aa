import { flattenOnWhite } from "@mezzotint/image/flatten-on-white";
import { openPackedDataSet, type PackedDataSet, readPackedManifest } from "../packed-data-set.ts";
import { PackedWriter } from "../packed-writer.ts";
import { loadConcepts } from "./concepts.ts";
import { drawEmoji } from "./draw-emoji.ts";
import { loadIconSet } from "./icon-set.ts";
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
      for (const drawn of await Promise.all(pairs.map(({ concept, set }) => drawEmoji(concept, set, size)))) {
        if ("reason" in drawn) {
          writer.skip(drawn.id, drawn.reason);
          continue;
        }
        await writer.add(flattenOnWhite(drawn.rgba), drawn.metadata);
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
