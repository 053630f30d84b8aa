import { MezzotintError } from "@mezzotint/contracts/errors";
import { SOURCE_BYTES_MAX, SOURCE_PIXELS_MAX, type SourceFormat } from "@mezzotint/contracts/source";
import { imageSize } from "image-size";

export interface SourceHeader {
  readonly format: SourceFormat;
  /** As seen: turned upright where the file says so. */
  readonly width: number;
  readonly height: number;
}

/** Sizes stand near the beginning; what comes after it is pixels, or somebody's idea of keeping us busy. */
const HEADER_BYTES_MAX = 4 * 1024 * 1024;
const BYTES_MAX_TEXT = `${SOURCE_BYTES_MAX / 1024 / 1024} MB`;
/** From 5 on, EXIF orientations lie on their side. */
const FIRST_LYING_ORIENTATION = 5;

/**
 * What the first bytes of a PNG, JPEG or WebP say about it. Nothing is decoded: that happens in the engine's process.
 * Throws INVALID_INPUT for anything else, and LIMIT_EXCEEDED with the numbers for too many bytes or pixels.
 */
export function readSourceHeader(bytes: Uint8Array): SourceHeader {
  refuseTooManyBytes(bytes.length);
  const format = formatOf(bytes);
  if (format === null) {
    throw new MezzotintError("INVALID_INPUT", `The file is no PNG, JPEG or WebP (${bytes.length} bytes).`);
  }
  const { width, height, orientation = 1 } = sizeOf(bytes, format);
  if (!(width >= 1 && height >= 1)) {
    throw new MezzotintError("INVALID_INPUT", `The ${format} file says that it is ${width} × ${height} pixels.`);
  }
  if (width * height > SOURCE_PIXELS_MAX) {
    const found = `${width} × ${height} = ${width * height}`;
    throw new MezzotintError("LIMIT_EXCEEDED", `A picture has at most ${SOURCE_PIXELS_MAX} pixels; this has ${found}.`);
  }
  return orientation < FIRST_LYING_ORIENTATION ? { format, width, height } : { format, width: height, height: width };
}

/** Throws LIMIT_EXCEEDED with the numbers; also for whoever counts while the bytes still arrive. */
export function refuseTooManyBytes(sizeBytes: number): void {
  if (sizeBytes <= SOURCE_BYTES_MAX) return;
  throw new MezzotintError("LIMIT_EXCEEDED", `A file has at most ${BYTES_MAX_TEXT}; this has ${sizeBytes} bytes.`);
}

function formatOf(bytes: Uint8Array): SourceFormat | null {
  const begin = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (begin.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (begin.startsWith("\xff\xd8\xff")) return "jpeg";
  return begin.startsWith("RIFF") && begin.endsWith("WEBP") ? "webp" : null;
}

function sizeOf(bytes: Uint8Array, format: SourceFormat): ReturnType<typeof imageSize> {
  try {
    // A copy, because the library reads past the end of a view into the rest of its buffer.
    return imageSize(new Uint8Array(bytes.subarray(0, HEADER_BYTES_MAX)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `The ${format} file is damaged: ${reason}`, { cause });
  }
}
