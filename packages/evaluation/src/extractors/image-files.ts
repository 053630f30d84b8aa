import { readdir } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** What pytorch-fid takes for a picture, in lower case as there. */
const EXTENSIONS = new Set([".bmp", ".jpg", ".jpeg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"]);

/** The pictures directly in a folder, sorted by name code unit by code unit. Throws NOT_FOUND when it has none. */
export async function listImageFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `picture folder ${folder} cannot be read`, { cause });
  });
  const pictures = names.filter((name) => EXTENSIONS.has(path.extname(name)));
  if (pictures.length === 0) {
    throw new MezzotintError("NOT_FOUND", `picture folder ${folder}: 0 pictures among ${names.length} files`);
  }
  return pictures.toSorted().map((name) => path.join(folder, name));
}
