import { crc32 } from "node:zlib";
import { MezzotintError } from "@mezzotint/contracts/errors";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface PngChunk {
  /** Four ASCII letters, "IHDR". */
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Splits a PNG file into its chunks, checking every CRC.
 * Throws INVALID_INPUT for a wrong signature, a cut file or a wrong checksum (PNG specification, third edition, 5).
 */
export function readPngChunks(png: Uint8Array): PngChunk[] {
  if (!SIGNATURE.every((byte, i) => png[i] === byte)) {
    throw new MezzotintError("INVALID_INPUT", `${png.length} bytes do not start with the PNG signature`);
  }
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: PngChunk[] = [];
  for (let offset = SIGNATURE.length; offset < png.length;) {
    const length = offset + 12 <= png.length ? view.getUint32(offset) : Number.POSITIVE_INFINITY;
    if (offset + 12 + length > png.length) {
      throw new MezzotintError("INVALID_INPUT", `PNG chunk at ${offset} ends behind the file's ${png.length} bytes`);
    }
    const typeAndData = png.subarray(offset + 4, offset + 8 + length);
    const type = String.fromCharCode(...typeAndData.subarray(0, 4));
    if (view.getUint32(offset + 8 + length) !== crc32(typeAndData)) {
      throw new MezzotintError("INVALID_INPUT", `PNG chunk ${type} at ${offset}: wrong checksum`);
    }
    chunks.push({ type, data: typeAndData.subarray(4) });
    if (type === "IEND") break;
    offset += 12 + length;
  }
  return chunks;
}

/** Joins chunks into a PNG file, computing lengths and CRCs. */
export function writePngChunks(chunks: readonly PngChunk[]): Uint8Array {
  const size = chunks.reduce((sum, { data }) => sum + 12 + data.length, SIGNATURE.length);
  const png = new Uint8Array(size);
  const view = new DataView(png.buffer);
  png.set(SIGNATURE);
  let offset = SIGNATURE.length;
  for (const { type, data } of chunks) {
    view.setUint32(offset, data.length);
    for (let i = 0; i < 4; i++) png[offset + 4 + i] = type.charCodeAt(i);
    png.set(data, offset + 8);
    const end = offset + 8 + data.length;
    view.setUint32(end, crc32(png.subarray(offset + 4, end)));
    offset = end + 4;
  }
  return png;
}
