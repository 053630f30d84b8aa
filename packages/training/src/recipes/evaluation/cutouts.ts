import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { rasterizeSvg } from "@mezzotint/image/rasterize-svg";
import { loadConcepts } from "../../data/emoji/concepts.ts";
import { loadIconSet, type IconSet } from "../../data/emoji/icon-set.ts";
import { STYLES } from "../../data/emoji/styles.ts";
import type { DrawingMetadata } from "../../data/metadata.ts";
import type { PackedDataSet } from "../../data/packed-data-set.ts";
import type { Cutout } from "../../data/recolor.ts";

/** Drawings with their transparency. */
export interface Cutouts {
  readonly count: number;
  readonly side: number;
  readonly cutout: (index: number) => Cutout;
  readonly metadata: (index: number) => DrawingMetadata;
}

const AT_ONCE = 32;

/**
 * The drawings of the emoji data set with the transparency they have as vectors, drawn once and kept in
 * `<folder>/alpha-<hash of the pictures>.bin`. Throws INVALID_INPUT for data that are no such drawings.
 */
export async function openCutouts(folder: string, data: PackedDataSet): Promise<Cutouts> {
  const metadata = Array.from({ length: data.count }, (_, index) => drawingOf(data, index));
  const area = data.width * data.height;
  const file = path.join(folder, `alpha-${data.manifest.sha256.images.slice(0, 12)}.bin`);
  const stored = await readFile(file).catch(() => null);
  const isCurrent = stored?.length === area * data.count;
  const alphas = isCurrent ? new Uint8Array(stored) : await drawAlphas(metadata, data.width);
  if (!isCurrent) await mkdir(folder, { recursive: true }).then(() => writeFile(file, alphas));
  return {
    count: data.count,
    side: data.width,
    cutout: (index) => ({ pixels: data.pixels(index), alpha: alphas.subarray(index * area, (index + 1) * area) }),
    metadata: (index) => metadata[index] as DrawingMetadata,
  };
}

function drawingOf(data: PackedDataSet, index: number): DrawingMetadata {
  const metadata = data.metadata(index);
  if (metadata.kind === "drawing") return metadata;
  throw new MezzotintError(
    "INVALID_INPUT",
    `picture ${index} of ${data.count} is no drawing: its outline is not known`,
  );
}

async function drawAlphas(drawings: readonly DrawingMetadata[], side: number): Promise<Uint8Array> {
  const labels = new Map((await loadConcepts()).map(({ hexcode, label }) => [hexcode, label]));
  const sets = new Map<string, IconSet>(
    await Promise.all(STYLES.map(async (style) => [style.set, await loadIconSet(style)] as const)),
  );
  const area = side * side;
  const alphas = new Uint8Array(area * drawings.length);
  const draw = async ({ set, concept, id }: DrawingMetadata, index: number): Promise<void> => {
    const drawing = sets.get(set)?.drawing(concept, labels.get(concept) ?? "");
    if (drawing === undefined) throw new MezzotintError("INVALID_INPUT", `${id}: no installed set has this drawing`);
    const rgba = await rasterizeSvg(drawing, side);
    for (let place = 0; place < area; place++) alphas[index * area + place] = rgba[place * 4 + 3] as number;
  };
  for (let start = 0; start < drawings.length; start += AT_ONCE) {
    await Promise.all(drawings.slice(start, start + AT_ONCE).map((metadata, offset) => draw(metadata, start + offset)));
  }
  return alphas;
}
