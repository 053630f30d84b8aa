import { inflateRawSync } from "node:zlib";
import { MezzotintError } from "@mezzotint/contracts/errors";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const UNSET_32 = 0xffff_ffff;

export interface ZipOptions {
  /** Larger entries are refused before they are unpacked. */
  readonly entryBytesMax: number;
  readonly entriesMax: number;
}

/** A zip archive whose entries are unpacked when they are asked for. */
export interface ZipArchive {
  readonly names: readonly string[];
  /** The bytes of an entry. Throws NOT_FOUND for another name, INVALID_INPUT for a damaged one, LIMIT_EXCEEDED. */
  read(name: string): Uint8Array;
}

interface Entry {
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly offset: number;
}

/**
 * Opens a zip archive (stored and deflated entries, also of more than 4 GiB) that is in memory. Throws INVALID_INPUT for
 * what is none or is damaged, LIMIT_EXCEEDED for too many entries. Source: PKWARE, APPNOTE.TXT 6.3.10, section 4.3.
 */
export function openZip(bytes: Uint8Array, { entryBytesMax, entriesMax }: ZipOptions): ZipArchive {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = guarded(bytes, () => readDirectory(view, entriesMax));
  return {
    names: [...entries.keys()],
    read: (name) => {
      const entry = entries.get(name);
      if (entry === undefined)
        throw new MezzotintError("NOT_FOUND", `zip: ${name} is not among ${entries.size} entries`);
      if (Math.max(entry.bytes, entry.packedBytes) > entryBytesMax) {
        throw new MezzotintError("LIMIT_EXCEEDED", `zip: ${name} has ${entry.bytes} bytes, at most ${entryBytesMax}`);
      }
      return guarded(bytes, () => readEntry(bytes, view, entry));
    },
  };
}

/** Reading beyond the end, or data that does not unpack, means a damaged archive. */
function guarded<Result>(bytes: Uint8Array, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof MezzotintError) throw cause;
    throw damaged(`${bytes.length} bytes`, cause);
  }
}

function damaged(what: string, cause?: unknown): MezzotintError {
  return new MezzotintError("INVALID_INPUT", `zip: ${what} are no archive, or a damaged one`, { cause });
}

function readDirectory(view: DataView, entriesMax: number): Map<string, Entry> {
  const end = findEnd(view);
  const { count, start } = directoryPlace(view, end);
  if (count > entriesMax) throw new MezzotintError("LIMIT_EXCEEDED", `zip: ${count} entries, at most ${entriesMax}`);
  const entries = new Map<string, Entry>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (view.getUint32(at, true) !== ENTRY) throw damaged(`entry ${i} of ${count}: its bytes`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = textOf(view, at + 46, nameBytes as number);
    const wide = { at: at + 46 + (nameBytes as number), bytes: extraBytes as number };
    entries.set(name, readSizes(view, at, wide));
    at += 46 + (nameBytes as number) + (extraBytes as number) + (commentBytes as number);
  }
  return entries;
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) if (view.getUint32(at, true) === END) return at;
  throw damaged(`${view.byteLength} bytes`);
}

function directoryPlace(view: DataView, end: number): { count: number; start: number } {
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  const locator = end - 20;
  const isWide = (count === 0xffff || start === UNSET_32) && locator >= 0;
  if (!isWide || view.getUint32(locator, true) !== LOCATOR_64) return { count, start };
  const place = Number(view.getBigUint64(locator + 8, true));
  if (view.getUint32(place, true) !== END_64) throw damaged(`${view.byteLength} bytes`);
  return { count: Number(view.getBigUint64(place + 32, true)), start: Number(view.getBigUint64(place + 48, true)) };
}

/** Sizes and place of an entry; those too large for 32 bits stand in its extra field 1, in this order. */
function readSizes(view: DataView, at: number, extra: { readonly at: number; readonly bytes: number }): Entry {
  const narrow = [24, 20, 42].map((place) => view.getUint32(at + place, true));
  let wide = extra.at;
  while (wide < extra.at + extra.bytes && view.getUint16(wide, true) !== 1) wide += 4 + view.getUint16(wide + 2, true);
  wide += 4;
  const [bytes, packedBytes, offset] = narrow.map((value) => {
    if (value !== UNSET_32) return value;
    wide += 8;
    return Number(view.getBigUint64(wide - 8, true));
  });
  return {
    method: view.getUint16(at + 10, true),
    bytes: bytes as number,
    packedBytes: packedBytes as number,
    offset: offset as number,
  };
}

function readEntry(all: Uint8Array, view: DataView, { method, packedBytes, bytes, offset }: Entry): Uint8Array {
  if (view.getUint32(offset, true) !== LOCAL) throw damaged(`${all.length} bytes`);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packedBytes > all.length) throw damaged(`${all.length} bytes`);
  const packed = all.subarray(start, start + packedBytes);
  if (method === 0) return packed;
  if (method !== 8) throw new MezzotintError("UNSUPPORTED", `zip: compression ${method} is not read`);
  const unpacked = inflateRawSync(packed, { maxOutputLength: Math.max(bytes, 1) });
  if (unpacked.length !== bytes) throw damaged(`${unpacked.length} of ${bytes} bytes`);
  return unpacked;
}

function textOf(view: DataView, at: number, bytes: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, bytes));
}
