import { MezzotintError } from "@mezzotint/contracts/errors";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** What a picture needs to be drawn; text, times and everything private stay behind. */
const DRAWN = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
const FRAME_BYTES = 12;

/** A PNG without anything but its pixels. Throws INTERNAL for bytes that are no PNG. */
export function stripPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (SIGNATURE.some((byte, place) => bytes[place] !== byte)) throw noPng(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE.length)];
  for (let at = SIGNATURE.length; at < bytes.length;) {
    if (at + FRAME_BYTES > bytes.length) throw noPng(bytes);
    const end = at + FRAME_BYTES + view.getUint32(at);
    if (end > bytes.length) throw noPng(bytes);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (DRAWN.has(type)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

function noPng(bytes: Uint8Array): MezzotintError {
  return new MezzotintError("INTERNAL", `picture: ${bytes.length} bytes are no PNG`);
}
