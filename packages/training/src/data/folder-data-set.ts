import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type CaptionedImage, isImageName, type PackTarget } from "./captioned-image.ts";
import { packImages } from "./pack-images.ts";
import type { PackedDataSet } from "./packed-data-set.ts";

/**
 * Packs a folder of images with a .txt of the same name beside each (one caption per line), subfolders included, in
 * the order of their paths. Throws INVALID_INPUT when none can be used.
 */
export async function packFolder(folder: string, target: PackTarget): Promise<PackedDataSet> {
  return packImages(path.basename(folder), readFolder(folder), target);
}

async function* readFolder(folder: string): AsyncGenerator<CaptionedImage> {
  const names = (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join("/")).sort();
  const present = new Set(names);
  for (const id of names.filter(isImageName)) {
    const captionName = id.replace(/\.[^./]+$/, ".txt");
    yield {
      id,
      bytes: await readFile(path.join(folder, id)),
      captionText: present.has(captionName) ? await readFile(path.join(folder, captionName), "utf8") : undefined,
    };
  }
}
