import { MezzotintError } from "@mezzotint/contracts/errors";
import { addCaptionedImage, type CaptionedImage, type PackTarget } from "./captioned-image.ts";
import { openPackedDataSet, type PackedDataSet } from "./packed-data-set.ts";
import { PackedWriter } from "./packed-writer.ts";

/**
 * Packs a stream of captioned images into a folder and opens it.
 * Throws INVALID_INPUT when not one image could be used, since a data set of nothing is a wrong path.
 */
export async function packImages(
  name: string,
  images: AsyncIterable<CaptionedImage>,
  target: PackTarget,
): Promise<PackedDataSet> {
  const { folder, size, licence } = target;
  const sources = [{ name, licence, source: name }];
  const writer = await PackedWriter.create(folder, { name, width: size, height: size, sources });
  let used = 0;
  let seen = 0;
  try {
    for await (const image of images) {
      seen++;
      if (await addCaptionedImage(writer, image, size)) used++;
    }
    if (used === 0) throw new MezzotintError("INVALID_INPUT", `${name}: 0 of ${seen} images could be used`);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  await writer.finish({ images: { used, skipped: seen - used } });
  return openPackedDataSet(folder);
}
