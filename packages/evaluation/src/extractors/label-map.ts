import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { RgbImage } from "@mezzotint/image/decode-image";
import { decodeStoredRgb } from "@mezzotint/image/decode-stored-rgb";
import type { ClipPreprocessing } from "./clip-input.ts";

/** A picture of labels as it rests in a file. */
export interface LabelFile {
  /** SHA-256 of its bytes. */
  readonly sha256: string;
  /** u8 [height * width] at the segmenter's size; values that are no class (255 by custom) count nowhere. */
  readonly labels: Uint8Array;
}

/**
 * Reads a label map, an 8-bit grey picture whose value is the class, as the segmenter sees the picture it belongs to.
 * Throws NOT_FOUND, INVALID_INPUT for a picture with colours, and as `decodeStoredRgb`.
 */
export async function readLabelMap(file: string, preprocessing: ClipPreprocessing): Promise<LabelFile> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `label map ${file} cannot be read`, { cause });
  });
  const image = await decodeStoredRgb(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { sha256, labels: labelMapInput(image, preprocessing) };
}

/**
 * Labels u8 [crop height * crop width] of a grey picture u8 [h, w, 3]: cut and resized as the segmenter's pictures are, by
 * the nearest pixel, since classes cannot be mixed. Throws INVALID_INPUT for colours or where it does not cover the crop.
 */
export function labelMapInput(image: RgbImage, { shortestEdge, crop }: ClipPreprocessing): Uint8Array {
  const { data, width, height } = image;
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] === data[at + 1] && data[at] === data[at + 2]) continue;
    const found = `pixel ${at / 3} is ${data.subarray(at, at + 3).join(" ")}`;
    throw new MezzotintError("INVALID_INPUT", `label map: needs grey pixels whose value is the class, ${found}`);
  }
  const short = Math.min(width, height);
  const side = (length: number): number =>
    length === short ? shortestEdge : Math.trunc((shortestEdge * length) / short);
  const [resizedWidth, resizedHeight] = [side(width), side(height)];
  const [left, top] = [Math.floor((resizedWidth - crop.width) / 2), Math.floor((resizedHeight - crop.height) / 2)];
  if (left < 0 || top < 0) {
    const found = `${resizedWidth} x ${resizedHeight} pixels`;
    throw new MezzotintError("INVALID_INPUT", `label map: ${found} do not cover ${crop.width} x ${crop.height}`);
  }
  return Uint8Array.from({ length: crop.width * crop.height }, (_, place) => {
    const x = Math.floor(((left + (place % crop.width) + 0.5) * width) / resizedWidth);
    const y = Math.floor(((top + Math.floor(place / crop.width) + 0.5) * height) / resizedHeight);
    return data[(y * width + x) * 3] as number;
  });
}
