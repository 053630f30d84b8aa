import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { encodePng } from "@mezzotint/image/encode-png";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packFolder } from "./folder-data-set.ts";
import { openPackedDataSet } from "./packed-data-set.ts";
import { packWebDataset } from "./webdataset.ts";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), "packed-"));
});
afterEach(() => rm(work, { recursive: true }));

/** A black frame around a square of one colour, 6 × 2, so that a centre crop sees the colour alone. */
async function wideImage(color: readonly [number, number, number]): Promise<Uint8Array> {
  const rows = Array.from({ length: 12 }, (_, i) => (i % 6 === 2 || i % 6 === 3 ? color : [0, 0, 0]));
  return encodePng({ width: 6, height: 2, data: Uint8Array.from(rows.flat()) });
}

async function samples(): Promise<[name: string, content: Uint8Array | string][]> {
  return [
    ["a.png", await wideImage([255, 0, 0])],
    ["a.txt", "a red square\n\n red \n"],
    ["broken.jpg", "this is no image"],
    ["broken.txt", "never seen"],
    ["deep/b.png", await wideImage([0, 0, 255])],
    ["deep/b.txt", "a blue square"],
    ["mute.png", await wideImage([0, 255, 0])],
  ];
}

const target = () => ({ folder: path.join(work, "packed"), size: 2, licence: "CC0-1.0" });

async function folderOf(files: Awaited<ReturnType<typeof samples>>): Promise<string> {
  const folder = path.join(work, "source");
  await mkdir(path.join(folder, "deep"), { recursive: true });
  for (const [name, content] of files) await writeFile(path.join(folder, name), content);
  return folder;
}

async function shardOf(files: Awaited<ReturnType<typeof samples>>): Promise<string> {
  const shard = path.join(work, "shard-000.tar");
  const tar = pack();
  for (const [name, content] of files) tar.entry({ name }, Buffer.from(content));
  tar.finalize();
  await pipeline(tar, createWriteStream(shard));
  return shard;
}

describe("packFolder and packWebDataset", () => {
  it("give the same pixels and captions from a folder and from a shard, naming what they skip", async () => {
    const files = await samples();
    const fromFolder = await packFolder(await folderOf(files), target());
    const expected = [
      { pixels: [255, 0, 0], captions: ["a red square", "red"] },
      { pixels: [0, 0, 255], captions: ["a blue square"] },
    ];
    const seen = (set: typeof fromFolder) =>
      Array.from({ length: set.count }, (_, i) => {
        const metadata = set.metadata(i);
        return { pixels: [...set.pixels(i).subarray(0, 3)], captions: "captions" in metadata ? metadata.captions : [] };
      });
    expect(seen(fromFolder)).toEqual(expected);
    expect(fromFolder.pixels(1)).toHaveLength(12);
    expect(fromFolder.manifest.skipped.map(({ id }) => id)).toEqual(["broken.jpg", "mute.png"]);
    const fromShard = await packWebDataset([await shardOf(files)], target());
    expect(seen(fromShard)).toEqual(expected);
    expect(fromShard.manifest.skipped.map(({ id }) => id)).toEqual(["shard-000.tar/broken", "shard-000.tar/mute"]);
    expect(fromShard.manifest.counts).toEqual({ images: { used: 2, skipped: 2 } });
  });

  it("writes checksums of what it wrote, and does not open a folder that lost bytes", async () => {
    const { manifest } = await packFolder(await folderOf(await samples()), target());
    const images = path.join(work, "packed", "images.bin");
    const digest = createHash("sha256")
      .update(await readFile(images))
      .digest("hex");
    expect(manifest.sha256.images).toBe(digest);
    await truncate(images, 23);
    await expect(openPackedDataSet(path.join(work, "packed"))).rejects.toThrow("expected 24 bytes, got 23");
    await expect(openPackedDataSet(work)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("fails for a folder of nothing and for a shard that is not there", async () => {
    const empty = path.join(work, "empty");
    await mkdir(empty);
    await expect(packFolder(empty, target())).rejects.toThrow("empty: 0 of 0 images could be used");
    await expect(packWebDataset([path.join(work, "gone.tar")], target())).rejects.toThrow("ENOENT");
    await expect(openPackedDataSet(target().folder)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
