import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { encodePng } from "@mezzotint/image/encode-png";
import { pack } from "tar-stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDataSet } from "./open-data-set.ts";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), "data-set-"));
});
afterEach(() => rm(work, { recursive: true }));

const options = (size = 2) => ({ folder: path.join(work, "runs"), size });
const red = () => encodePng({ width: 2, height: 2, data: Uint8Array.from(Array(4).fill([255, 0, 0]).flat()) });

async function pictures(name: string): Promise<string> {
  const folder = path.join(work, name);
  await mkdir(folder);
  await writeFile(path.join(folder, "a.png"), await red());
  await writeFile(path.join(folder, "a.txt"), "a red square");
  await writeFile(path.join(folder, "broken.png"), "this is no image");
  await writeFile(path.join(folder, "broken.txt"), "never seen");
  return folder;
}

async function shard(folder: string, name: string): Promise<string> {
  const file = path.join(folder, name);
  const tar = pack();
  tar.entry({ name: `${name}-a.png` }, Buffer.from(await red()));
  tar.entry({ name: `${name}-a.txt` }, "a red square");
  tar.finalize();
  await pipeline(tar, createWriteStream(file));
  return file;
}

test("a folder of images is packed once, and again when it changes", async () => {
  const folder = await pictures("pictures");
  const first = await openDataSet(folder, options());
  expect(first.count).toBe(1);
  expect(first.manifest.skipped.map(({ id }) => id)).toEqual(["broken.png"]);
  expect(await openDataSet(folder, options())).toMatchObject({ manifest: first.manifest });
  expect(await readdir(options().folder)).toHaveLength(1);

  await writeFile(path.join(folder, "b.png"), await red());
  await writeFile(path.join(folder, "b.txt"), "another red square");
  expect((await openDataSet(folder, options())).count).toBe(2);
  expect(await readdir(options().folder)).toHaveLength(2);
});

test("one shard, a folder of shards and what was packed before open alike", async () => {
  const folder = path.join(work, "shards");
  await mkdir(folder);
  const one = await shard(folder, "000.tar");
  await shard(folder, "001.tar");
  expect((await openDataSet(one, options())).metadata(0)).toMatchObject({ captions: ["a red square"] });
  const both = await openDataSet(folder, options());
  expect(both.count).toBe(2);

  const names = await readdir(options().folder);
  const counts = await Promise.all(
    names.map(async (name) => (await openDataSet(path.join(options().folder, name), options())).count),
  );
  expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2]);
  const packed = path.join(options().folder, names[0] ?? "");
  await expect(openDataSet(packed, options(4))).rejects.toThrow("packed at 2 × 2 pixels, and the recipe takes 4 × 4");
});

test("a path that is not there, and one without pictures, are refused", async () => {
  await expect(openDataSet(path.join(work, "gone"), options())).rejects.toMatchObject({ code: "NOT_FOUND" });
  await mkdir(path.join(work, "empty"));
  await expect(openDataSet(path.join(work, "empty"), options())).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
