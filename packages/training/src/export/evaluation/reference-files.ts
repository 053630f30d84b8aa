import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FeatureExtractor } from "@mezzotint/evaluation/extractors/feature-extractor";
import { summariseFeatures } from "@mezzotint/evaluation/metrics/feature-statistics";
import { encodeHalfMatrix } from "@mezzotint/evaluation/metrics/half-matrix-file";
import { encodeStatistics } from "@mezzotint/evaluation/metrics/statistics-file";
import { selectRows } from "@mezzotint/evaluation/metrics/select-rows";
import { encodePng } from "@mezzotint/image/encode-png";
import type { Cutouts } from "../../recipes/evaluation/cutouts.ts";
import { isHeldOut } from "../../recipes/evaluation/held-out.ts";
import { embedDrawings } from "./embed-drawings.ts";

/**
 * Writes what generated pictures are held against into `<folder>/reference`: the held-out drawings as pictures with a list
 * of what they show, statistics of the held-out and of all drawings, and float16 features of the held-out and of the
 * training drawings (for precision, recall and memorisation), each with the ids of its rows.
 */
export async function writeReference(
  folder: string,
  {
    extractor,
    cutouts,
    licence,
  }: { readonly extractor: FeatureExtractor; readonly cutouts: Cutouts; readonly licence: string },
): Promise<readonly number[]> {
  const all = Array.from({ length: cutouts.count }, (_, index) => index);
  const isReference = all.map((index) => isHeldOut(cutouts.metadata(index)));
  const heldOut = all.filter((index) => isReference[index] === true);
  const known = all.filter((index) => isReference[index] !== true);
  const features = await embedDrawings(
    extractor,
    all.map((index) => cutouts.cutout(index).pixels),
    cutouts.side,
  );
  const reference = path.join(folder, "reference");
  await mkdir(path.join(reference, "pictures"), { recursive: true });
  const write = (name: string, content: string | Uint8Array) => writeFile(path.join(reference, name), content);
  const { weights, preprocessing } = extractor.protocol;
  for (const [name, indices] of [["held-out", heldOut] as const, ["all", all] as const]) {
    const statistics = summariseFeatures(selectRows(features, indices));
    const source = `${indices.length} emoji drawings, ${name}; ${licence}`;
    const hash = createHash("sha256");
    for (const index of indices) hash.update(cutouts.cutout(index).pixels);
    const described = { weights, preprocessing, reference: hash.digest("hex"), source };
    await write(`${name}.statistics`, encodeStatistics({ statistics, ...described }));
  }
  for (const [name, indices] of [["held-out", heldOut] as const, ["training", known] as const]) {
    await write(`${name}.npy`, encodeHalfMatrix(selectRows(features, indices)));
    const ids = indices.map((index) => cutouts.metadata(index).id);
    await write(`${name}.json`, `${JSON.stringify({ weights, preprocessing, licence, ids })}\n`);
  }
  const lines: string[] = [];
  for (const index of heldOut) {
    const { set, concept, group, names } = cutouts.metadata(index);
    const name = `${concept.toLowerCase()}-${set}.png`;
    lines.push(JSON.stringify({ file_name: name, prompt: names.en, group }));
    const picture = { width: cutouts.side, height: cutouts.side, data: cutouts.cutout(index).pixels };
    await write(path.join("pictures", name), await encodePng(picture));
  }
  await write(path.join("pictures", "metadata.jsonl"), `${lines.toSorted().join("\n")}\n`);
  return heldOut;
}
