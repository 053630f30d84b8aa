import { MezzotintError } from "@mezzotint/contracts/errors";
import sharp from "sharp";

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** u8 RGB [height, width, 3]. */
  readonly data: Uint8Array;
}

export interface DecodeOptions {
  /** Refuses larger images before decoding them; 67,108,864 (8192 squared) unless told. */
  readonly maxPixels?: number;
  /** Scales to cover this square and crops its centre. */
  readonly squareSize?: number;
}

const DEFAULT_MAX_PIXELS = 8192 * 8192;

/**
 * Decodes an encoded image to u8 sRGB [height, width, 3]: turned upright by its EXIF orientation, alpha laid on white,
 * CMYK, gray and 16-bit converted. Throws INVALID_INPUT for what is no image and LIMIT_EXCEEDED for too many pixels.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const { maxPixels = DEFAULT_MAX_PIXELS, squareSize } = options;
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > maxPixels) {
      const message = `image: at most ${maxPixels} pixels, got ${width} × ${height} = ${width * height}`;
      throw new MezzotintError("LIMIT_EXCEEDED", message);
    }
    let image = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" }).autoOrient();
    if (squareSize !== undefined) image = image.resize(squareSize, squareSize, { fit: "cover", kernel: "lanczos3" });
    const opaque = image.flatten({ background: "white" }).toColourspace("srgb").removeAlpha();
    const { data, info } = await opaque.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return asRgb({ width: info.width, height: info.height, data }, info.channels);
  } catch (cause) {
    if (cause instanceof MezzotintError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `${bytes.length} bytes are not a readable image: ${reason}`, { cause });
  }
}

/** Gray images may stay at one channel through the colour conversion. */
function asRgb(image: RgbImage, channels: number): RgbImage {
  if (channels === 3) return image;
  if (channels !== 1) throw new MezzotintError("UNSUPPORTED", `image: expected 1 or 3 channels, got ${channels}`);
  const data = new Uint8Array(image.width * image.height * 3);
  for (let i = 0; i < data.length; i++) data[i] = image.data[Math.floor(i / 3)] as number;
  return { ...image, data };
}
