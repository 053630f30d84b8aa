import { open, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { type PackedMetadata, packedMetadataSchema } from "./metadata.ts";

export const PACKED_FILES = { images: "images.bin", captions: "captions.jsonl", manifest: "dataset.json" } as const;

/** dataset.json beside images.bin (u8 RGB, images one after another) and captions.jsonl (one line per image). */
export const packedManifestSchema = z.object({
  format: z.literal("mezzotint-packed-1"),
  name: z.string(),
  count: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
  channels: z.literal(3),
  counts: z.record(z.string(), z.record(z.string(), z.number())),
  skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
  sources: z.array(z.object({ name: z.string(), licence: z.string(), source: z.string() })),
  sha256: z.object({ images: z.string(), captions: z.string() }),
});

export type PackedManifest = z.infer<typeof packedManifestSchema>;

export interface PackedDataSet {
  readonly manifest: PackedManifest;
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** A view (not a copy) of image `index`: u8 RGB [height, width, 3]. */
  readonly pixels: (index: number) => Uint8Array;
  readonly metadata: (index: number) => PackedMetadata;
}

/**
 * Opens a packed data set, holding all pixels in memory (count × height × width × 3 bytes).
 * Throws NOT_FOUND when the folder has none and INVALID_INPUT when sizes and counts disagree.
 */
export async function openPackedDataSet(folder: string): Promise<PackedDataSet> {
  const manifest = await readPackedManifest(folder);
  if (manifest === undefined) throw new MezzotintError("NOT_FOUND", `no ${PACKED_FILES.manifest} in ${folder}`);
  const { count, width, height } = manifest;
  const imageBytes = width * height * 3;
  const bytes = await readLargeFile(path.join(folder, PACKED_FILES.images));
  if (bytes.length !== count * imageBytes) {
    throw new MezzotintError("INVALID_INPUT", `images.bin: expected ${count * imageBytes} bytes, got ${bytes.length}`);
  }
  const text = await readFile(path.join(folder, PACKED_FILES.captions), "utf8");
  const lines = text.split("\n").filter((line) => line !== "");
  if (lines.length !== count) {
    throw new MezzotintError("INVALID_INPUT", `captions.jsonl: expected ${count} lines, got ${lines.length}`);
  }
  const metadata = lines.map((line) => packedMetadataSchema.parse(JSON.parse(line)));
  const check = (index: number): void => {
    if (Number.isInteger(index) && index >= 0 && index < count) return;
    throw new MezzotintError("INVALID_INPUT", `image index: expected 0 to ${count - 1}, got ${index}`);
  };
  return {
    manifest,
    count,
    width,
    height,
    pixels: (index) => {
      check(index);
      return bytes.subarray(index * imageBytes, (index + 1) * imageBytes);
    },
    metadata: (index) => {
      check(index);
      return metadata[index] as PackedMetadata;
    },
  };
}

/** The manifest of a packed folder, or undefined when there is none. */
export async function readPackedManifest(folder: string): Promise<PackedManifest | undefined> {
  const file = path.join(folder, PACKED_FILES.manifest);
  try {
    await stat(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return packedManifestSchema.parse(JSON.parse(await readFile(file, "utf8")));
}

/** readFile refuses more than 2 GiB, so the file is read in pieces into one array. */
async function readLargeFile(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const bytes = new Uint8Array(size);
    for (let offset = 0; offset < size;) {
      const { bytesRead } = await handle.read(bytes, offset, Math.min(2 ** 28, size - offset), offset);
      if (bytesRead === 0) throw new MezzotintError("INVALID_INPUT", `${file}: ended at ${offset} of ${size} bytes`);
      offset += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
