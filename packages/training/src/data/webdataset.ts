import { createReadStream } from "node:fs";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { extract, type Extract } from "tar-stream";
import { type CaptionedImage, isImageName, type PackTarget } from "./captioned-image.ts";
import { packImages } from "./pack-images.ts";
import type { PackedDataSet } from "./packed-data-set.ts";

type TarEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never;

const ENTRY_BYTES_MAX = 256 * 2 ** 20;

/**
 * Packs WebDataset shards (tar files in which neighbouring entries with the same name before the first dot are one
 * sample): the image and the .txt of each, in the order of the shards. Throws INVALID_INPUT when none can be used.
 */
export async function packWebDataset(shards: readonly string[], target: PackTarget): Promise<PackedDataSet> {
  return packImages(shards.map((shard) => path.basename(shard)).join(", "), readShards(shards), target);
}

interface Sample {
  readonly key: string;
  image?: Uint8Array;
  captionText?: string;
}

async function* readShards(shards: readonly string[]): AsyncGenerator<CaptionedImage> {
  for (const shard of shards) {
    let sample: Sample | undefined;
    for await (const { name, bytes } of readTar(shard)) {
      const key = name.replace(/^((?:.*\/)?[^/.]*)\..*$/, "$1");
      if (sample?.key !== key) {
        if (sample !== undefined) yield* finished(shard, sample);
        sample = { key };
      }
      if (isImageName(name)) sample.image ??= bytes;
      else if (name.endsWith(".txt")) sample.captionText ??= new TextDecoder().decode(bytes);
    }
    if (sample !== undefined) yield* finished(shard, sample);
  }
}

function* finished(shard: string, { key, image, captionText }: Sample): Generator<CaptionedImage> {
  if (image !== undefined) yield { id: `${path.basename(shard)}/${key}`, bytes: image, captionText };
}

async function* readTar(file: string): AsyncGenerator<{ name: string; bytes: Uint8Array }> {
  const entries = extract();
  const source = createReadStream(file);
  source.on("error", (error) => entries.destroy(error));
  source.pipe(entries);
  try {
    for await (const entry of entries) {
      const bytes = await readEntry(entry);
      if (entry.header.type === "file") yield { name: entry.header.name, bytes };
    }
  } finally {
    source.destroy();
  }
}

async function readEntry(entry: TarEntry): Promise<Uint8Array> {
  const { name, size } = entry.header;
  if (size > ENTRY_BYTES_MAX) {
    throw new MezzotintError("LIMIT_EXCEEDED", `${name}: at most ${ENTRY_BYTES_MAX} bytes in an entry, got ${size}`);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of entry as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}
