import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { PackedMetadata } from "./metadata.ts";
import { PACKED_FILES, type PackedManifest } from "./packed-data-set.ts";

export interface PackedWriterOptions {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly sources: PackedManifest["sources"];
}

/**
 * Writes a packed data set image by image, so that a large one never sits in memory. Until `finish` renames them into
 * place, the files are parts: a folder holds a whole data set or the one before.
 */
export class PackedWriter {
  private readonly folder: string;
  private readonly options: PackedWriterOptions;
  private readonly images: FileHandle;
  private readonly captions: FileHandle;
  private readonly imagesHash = createHash("sha256");
  private readonly captionsHash = createHash("sha256");
  private readonly skipped: PackedManifest["skipped"] = [];
  private count = 0;

  private constructor(folder: string, options: PackedWriterOptions, files: readonly [FileHandle, FileHandle]) {
    this.folder = folder;
    this.options = options;
    [this.images, this.captions] = files;
  }

  /** Creates the folder and starts its files; what was packed there before stays until `finish`. */
  static async create(folder: string, options: PackedWriterOptions): Promise<PackedWriter> {
    await mkdir(folder, { recursive: true });
    const images = await open(partOf(folder, PACKED_FILES.images), "w");
    const captions = await open(partOf(folder, PACKED_FILES.captions), "w");
    return new PackedWriter(folder, options, [images, captions]);
  }

  /** Appends one image, u8 RGB [height, width, 3], and its metadata. */
  async add(pixels: Uint8Array, metadata: PackedMetadata): Promise<void> {
    const expected = this.options.width * this.options.height * 3;
    if (pixels.length !== expected) {
      throw new MezzotintError("INVALID_INPUT", `${metadata.id}: expected ${expected} bytes, got ${pixels.length}`);
    }
    const line = `${JSON.stringify(metadata)}\n`;
    this.imagesHash.update(pixels);
    this.captionsHash.update(line);
    await this.images.appendFile(pixels);
    await this.captions.appendFile(line);
    this.count++;
  }

  /** Names an image that could not be used. */
  skip(id: string, reason: string): void {
    this.skipped.push({ id, reason });
  }

  /** Closes the files, writes the manifest and puts all three into place. */
  async finish(counts: PackedManifest["counts"]): Promise<PackedManifest> {
    await this.images.close();
    await this.captions.close();
    const manifest: PackedManifest = {
      format: "mezzotint-packed-1",
      ...this.options,
      count: this.count,
      channels: 3,
      counts,
      skipped: this.skipped,
      sha256: { images: this.imagesHash.digest("hex"), captions: this.captionsHash.digest("hex") },
    };
    await writeFile(partOf(this.folder, PACKED_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const file of Object.values(PACKED_FILES))
      await rename(partOf(this.folder, file), path.join(this.folder, file));
    return manifest;
  }

  /** Gives up: closes and removes the parts. */
  async abandon(): Promise<void> {
    await this.images.close();
    await this.captions.close();
    for (const file of Object.values(PACKED_FILES)) await rm(partOf(this.folder, file), { force: true });
  }
}

function partOf(folder: string, file: string): string {
  return path.join(folder, `${file}.part`);
}
