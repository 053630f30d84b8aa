import { decodeImage } from "./decode-image.ts";

export interface MaskImage {
  readonly width: number;
  readonly height: number;
  /** u8 [height, width]. */
  readonly pixels: Uint8Array;
}

/**
 * Decodes an encoded image to u8 gray [height, width] as Pillow makes it from RGB: ITU-R 601-2 luminance in 16-bit fixed
 * point. Throws as `decodeImage` does.
 */
export async function decodeMask(bytes: Uint8Array): Promise<MaskImage> {
  const { width, height, data } = await decodeImage(bytes);
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const [red, green, blue] = [data[i * 3] as number, data[i * 3 + 1] as number, data[i * 3 + 2] as number];
    pixels[i] = (red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16;
  }
  return { width, height, pixels };
}
