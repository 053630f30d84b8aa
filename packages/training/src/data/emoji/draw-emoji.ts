import { toMezzotintError } from "@mezzotint/contracts/errors";
import { rasterizeSvg } from "@mezzotint/image/rasterize-svg";
import { dominantColor } from "../dominant-color.ts";
import type { DrawingMetadata } from "../metadata.ts";
import type { Concept } from "./concepts.ts";
import type { IconSet } from "./icon-set.ts";

/** A drawing as u8 RGBA [size, size, 4] and what is known of it, or why there is none. */
export type DrawnEmoji =
  | { readonly rgba: Uint8Array; readonly metadata: DrawingMetadata }
  | { readonly id: string; readonly reason: string };

/** Draws a concept as one set shows it, at `size` px on transparent ground. */
export async function drawEmoji(concept: Concept, set: IconSet, size: number): Promise<DrawnEmoji> {
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
  return { rgba, metadata };
}
