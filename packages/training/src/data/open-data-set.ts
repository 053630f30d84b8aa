import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { PackTarget } from "./captioned-image.ts";
import { packFolder } from "./folder-data-set.ts";
import { openPackedDataSet, type PackedDataSet, readPackedManifest } from "./packed-data-set.ts";
import { packWebDataset } from "./webdataset.ts";

export interface OpenDataSetOptions {
  /** Where packed copies are kept, one folder per source and size. */
  readonly folder: string;
  /** The square side in pixels. */
  readonly size: number;
}

/**
 * Opens the captioned images a path holds: a packed data set as it is; one WebDataset shard, a folder of shards (.tar)
 * or a folder of images with .txt captions from a packed copy, made when the source is new or has changed.
 * Throws NOT_FOUND for a path that is not there and INVALID_INPUT when nothing in it can be used or sizes disagree.
 */
export async function openDataSet(source: string, { folder, size }: OpenDataSetOptions): Promise<PackedDataSet> {
  const files = await listFiles(source);
  if (await isPacked(source, files)) return refuseOtherSize(source, await openPackedDataSet(source), size);
  const target = {
    folder: path.join(folder, `data-${fingerprint(source, files)}-${size}`),
    size,
    licence: "not stated",
  };
  if ((await readPackedManifest(target.folder)) !== undefined) return openPackedDataSet(target.folder);
  return pack(source, files, target);
}

interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly changedMs: number;
}

function pack(source: string, files: readonly SourceFile[], target: PackTarget): Promise<PackedDataSet> {
  const shards = files.map((file) => file.path).filter((file) => file.endsWith(".tar"));
  return shards.length > 0 ? packWebDataset(shards, target) : packFolder(source, target);
}

async function isPacked(source: string, files: readonly SourceFile[]): Promise<boolean> {
  const isFolder = !files.some((file) => file.path === source);
  return isFolder && (await readPackedManifest(source)) !== undefined;
}

function refuseOtherSize(source: string, data: PackedDataSet, size: number): PackedDataSet {
  if (data.width === size && data.height === size) return data;
  const found = `${data.width} × ${data.height}`;
  throw new MezzotintError(
    "INVALID_INPUT",
    `${source}: packed at ${found} pixels, and the recipe takes ${size} × ${size}`,
  );
}

/** The files of a folder in the order of their paths, or the one file that the path is. */
async function listFiles(source: string): Promise<readonly SourceFile[]> {
  const found = await stat(source).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `no data in ${source}: it cannot be read`, { cause });
  });
  if (!found.isDirectory()) return [{ path: source, sizeBytes: found.size, changedMs: found.mtimeMs }];
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return Promise.all(
    paths.toSorted().map(async (file) => {
      const { size, mtimeMs } = await stat(file);
      return { path: file, sizeBytes: size, changedMs: mtimeMs };
    }),
  );
}

/** Twelve hexadecimal digits that change with any file's place, size or time of change. */
function fingerprint(source: string, files: readonly SourceFile[]): string {
  const lines = files.map((file) => `${path.relative(source, file.path)} ${file.sizeBytes} ${file.changedMs}`);
  return createHash("sha256")
    .update([path.resolve(source), ...lines].join("\n"))
    .digest("hex")
    .slice(0, 12);
}
