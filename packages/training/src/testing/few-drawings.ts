import { createHash } from "node:crypto";
import { flattenOnWhite } from "@mezzotint/image/flatten-on-white";
import { loadConcepts, type Concept } from "../data/emoji/concepts.ts";
import { drawEmoji } from "../data/emoji/draw-emoji.ts";
import { loadIconSet } from "../data/emoji/icon-set.ts";
import { STYLES } from "../data/emoji/styles.ts";
import type { DrawingMetadata } from "../data/metadata.ts";
import type { PackedDataSet } from "../data/packed-data-set.ts";

/** The drawings of some concepts in all sets, as a data set that was never on a disk. */
export async function fewDrawings(side: number, isWanted: (concept: Concept) => boolean): Promise<PackedDataSet> {
  const concepts = (await loadConcepts()).filter(isWanted);
  const sets = await Promise.all(STYLES.map(loadIconSet));
  const pixels: Uint8Array[] = [];
  const metadata: DrawingMetadata[] = [];
  for (const concept of concepts) {
    for (const drawn of await Promise.all(sets.map((set) => drawEmoji(concept, set, side)))) {
      if ("reason" in drawn) continue;
      pixels.push(flattenOnWhite(drawn.rgba));
      metadata.push(drawn.metadata);
    }
  }
  const hash = createHash("sha256");
  for (const picture of pixels) hash.update(picture);
  return {
    manifest: {
      format: "mezzotint-packed-1",
      name: `few-${side}`,
      count: pixels.length,
      width: side,
      height: side,
      channels: 3,
      counts: {},
      skipped: [],
      sources: STYLES.map(({ set, licence, source }) => ({ name: set, licence, source })),
      sha256: { images: hash.digest("hex"), captions: "" },
    },
    count: pixels.length,
    width: side,
    height: side,
    pixels: (index) => pixels[index] as Uint8Array,
    metadata: (index) => metadata[index] as DrawingMetadata,
  };
}
