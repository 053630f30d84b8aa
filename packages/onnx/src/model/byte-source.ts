import { closeSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** Bytes of a model that are read where they are wanted: weights that nobody asks for never enter memory. */
export interface ByteSource {
  /** What messages call it. */
  readonly label: string;
  readonly sizeBytes: number;
  /** The byte at an offset inside the source. */
  byteAt(offset: number): number;
  /** A copy-free or fresh view of [start, end), which must lie inside the source. */
  read(start: number, end: number): Uint8Array;
  close(): void;
}

const WINDOW_BYTES = 1 << 16;

/** Bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    label: `of ${bytes.byteLength} bytes`,
    sizeBytes: bytes.byteLength,
    byteAt: (offset) => bytes[offset] as number,
    read: (start, end) => bytes.subarray(start, end),
    close: () => undefined,
  };
}

/** A file, read through a window of 64 KiB. Throws MODEL_UNAVAILABLE unless it is a readable regular file. */
export function openFileSource(file: string): ByteSource {
  const label = labelOfFile(file);
  const { descriptor, sizeBytes } = openRegularFile(file, label);
  let window = new Uint8Array(0);
  let windowStart = 0;
  function read(start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start);
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(descriptor, bytes, done, bytes.length - done, start + done);
      if (count === 0) throw new MezzotintError("MODEL_CORRUPT", `model ${label}: ends at byte ${start + done}`);
      done += count;
    }
    return bytes;
  }
  return {
    label,
    sizeBytes,
    byteAt(offset) {
      if (offset < windowStart || offset >= windowStart + window.length) {
        windowStart = offset;
        window = read(offset, Math.min(offset + WINDOW_BYTES, sizeBytes)) as Uint8Array<ArrayBuffer>;
      }
      return window[offset - windowStart] as number;
    },
    read,
    close: () => closeSync(descriptor),
  };
}

/** A file by its last two names: the parts of a model are told apart that way without naming the machine's folders. */
export function labelOfFile(file: string): string {
  return path.join(path.basename(path.dirname(path.resolve(file))), path.basename(file));
}

function openRegularFile(file: string, label: string): { readonly descriptor: number; readonly sizeBytes: number } {
  try {
    // Before opening: a pipe would wait for its other end forever.
    const found = statSync(file);
    if (!found.isFile()) throw new MezzotintError("MODEL_CORRUPT", `model ${label}: is no regular file`);
    return { descriptor: openSync(file, "r"), sizeBytes: found.size };
  } catch (cause) {
    if (cause instanceof MezzotintError) throw cause;
    throw new MezzotintError("MODEL_UNAVAILABLE", `model ${label}: the file cannot be read`, { cause });
  }
}
