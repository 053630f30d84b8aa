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
const SIDE_MAX = 16_384;

/** Formats of pictures; drawings and documents could name other files, or be of any size. */
const FORMATS: ReadonlySet<string> = new Set(["png", "jpeg", "webp", "gif", "tiff", "heif"]);

/**
 * Decodes an encoded image to u8 sRGB [height, width, 3]: turned upright by its EXIF orientation, alpha laid on white,
 * CMYK, gray and 16-bit converted. Throws INVALID_INPUT for what is no picture and LIMIT_EXCEEDED for too many pixels or
 * a side of more than 16,384.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<RgbImage> {
  const { maxPixels = DEFAULT_MAX_PIXELS, squareSize } = options;
  try {
    const { format, width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (!FORMATS.has(format)) {
      throw new MezzotintError("INVALID_INPUT", `image: expected ${[...FORMATS].join(", ")}, got ${format}`);
    }
    refuseSize(width, height, maxPixels);
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

/** Before anything is decoded: a file of some kilobytes can unfold to gigabytes. */
function refuseSize(width: number, height: number, maxPixels: number): void {
  const size = `${width} × ${height}`;
  if (width * height > maxPixels) {
    throw new MezzotintError("LIMIT_EXCEEDED", `image: at most ${maxPixels} pixels, got ${size} = ${width * height}`);
  }
  if (Math.max(width, height) > SIDE_MAX) {
    throw new MezzotintError("LIMIT_EXCEEDED", `image: at most ${SIDE_MAX} pixels a side, got ${size}`);
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
