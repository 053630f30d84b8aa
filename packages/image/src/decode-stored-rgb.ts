import { MezzotintError } from "@mezzotint/contracts/errors";
import sharp from "sharp";
import type { RgbImage } from "./decode-image.ts";

const MAX_PIXELS = 8192 * 8192;

/**
 * Decodes to u8 RGB [height, width, 3] as evaluation tools written in Python do (Pillow's `convert("RGB")`): the stored
 * orientation, alpha dropped rather than laid on a colour, colour profiles ignored. Throws INVALID_INPUT for what is no
 * image, UNSUPPORTED for CMYK, more than 8 bits or several pages, LIMIT_EXCEEDED above 67,108,864 pixels.
 */
export async function decodeStoredRgb(bytes: Uint8Array): Promise<RgbImage> {
  try {
    const { width, height, depth, space, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > MAX_PIXELS) {
      const found = `${width} x ${height} = ${width * height}`;
      throw new MezzotintError("LIMIT_EXCEEDED", `image: at most ${MAX_PIXELS} pixels, got ${found}`);
    }
    if (depth !== "uchar" || space === "cmyk" || pages > 1) {
      const found = `${space}, ${depth}, ${pages} pages`;
      throw new MezzotintError("UNSUPPORTED", `image: needs one page of 8-bit gray or RGB, got ${found}`);
    }
    const opened = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error", ignoreIcc: true });
    const { data, info } = await opened
      .toColourspace("srgb")
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: asThreeChannels(data, info.channels) };
  } catch (cause) {
    if (cause instanceof MezzotintError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `${bytes.length} bytes are not a readable image: ${reason}`, { cause });
  }
}

function asThreeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  if (channels !== 1) throw new MezzotintError("UNSUPPORTED", `image: expected 1 or 3 channels, got ${channels}`);
  return Uint8Array.from({ length: data.length * 3 }, (_, i) => data[Math.floor(i / 3)] as number);
}
