import { MezzotintError } from "@mezzotint/contracts/errors";
import sharp from "sharp";
import type { RgbImage } from "./decode-image.ts";
import { embedMetadata, type ImageMetadata } from "./metadata.ts";
import { readPngChunks, writePngChunks } from "./png-chunks.ts";

/** Chunks that carry pixels; anything else the encoder adds (resolution, time) would only vary the bytes. */
const PIXEL_CHUNKS: ReadonlySet<string> = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/**
 * Encodes u8 RGB [height, width, 3] as an 8-bit PNG with the given metadata; equal input gives equal bytes.
 * Throws INVALID_INPUT when the data does not fit the size.
 */
export async function encodePng(image: RgbImage, metadata: ImageMetadata = {}): Promise<Uint8Array> {
  const { width, height, data } = image;
  if (data.length !== width * height * 3) {
    const message = `image ${width} × ${height}: expected ${width * height * 3} bytes, got ${data.length}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const raw = sharp(data, { raw: { width, height, channels: 3 } });
  const png = await raw.png({ compressionLevel: 9, adaptiveFiltering: true, palette: false }).toBuffer();
  const chunks = readPngChunks(png).filter(({ type }) => PIXEL_CHUNKS.has(type));
  return embedMetadata(writePngChunks(chunks), metadata);
}
