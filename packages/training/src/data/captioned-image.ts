import { toMezzotintError } from "@mezzotint/contracts/errors";
import { decodeImage } from "@mezzotint/image/decode-image";
import type { PackedWriter } from "./packed-writer.ts";

/** An encoded image and the text beside it, before anything was checked. */
export interface CaptionedImage {
  readonly id: string;
  readonly bytes: Uint8Array;
  /** One caption per line; undefined when there is no text file. */
  readonly captionText: string | undefined;
}

/** The square side of packed images and where to write them. */
export interface PackTarget {
  readonly folder: string;
  readonly size: number;
  /** Where the images come from, for the manifest. */
  readonly licence: string;
}

const IMAGE_EXTENSION = /\.(?:jpe?g|png|webp|gif|avif|tiff?)$/i;

/** Whether a file name looks like an image this project reads. */
export function isImageName(name: string): boolean {
  return IMAGE_EXTENSION.test(name);
}

/**
 * Decodes an image upright on white, scaled to cover the square and cropped at its centre, and appends it with its
 * captions; one that is broken or has no caption is skipped by name. Returns whether it was added.
 */
export async function addCaptionedImage(writer: PackedWriter, image: CaptionedImage, size: number): Promise<boolean> {
  const lines = (image.captionText ?? "").split("\n").map((line) => line.trim());
  const captions = lines.filter((line) => line !== "");
  if (captions.length === 0) {
    writer.skip(image.id, image.captionText === undefined ? "no .txt caption beside it" : "its caption is empty");
    return false;
  }
  let pixels: Uint8Array;
  try {
    ({ data: pixels } = await decodeImage(image.bytes, { squareSize: size }));
  } catch (error) {
    writer.skip(image.id, toMezzotintError(error).message);
    return false;
  }
  await writer.add(pixels, { kind: "captioned", id: image.id, captions });
  return true;
}
