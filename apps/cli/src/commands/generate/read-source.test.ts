import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodePng } from "@mezzotint/image/encode-png";
import { afterAll, expect, test } from "vitest";
import { readSource } from "./read-source.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-source-"));
afterAll(() => rm(scratch, { recursive: true }));
const file = path.join(scratch, "picture.png");
const data = Uint8Array.of(255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0);
const png = await encodePng({ width: 2, height: 2, data });
await writeFile(file, png);

test("the recipe names the files, and a mask is read as gray", async () => {
  const hash = createHash("sha256").update(png).digest("hex");
  const { source, mask, recipe } = await readSource({ image: file, mask: file, strength: "0.25" });
  expect(recipe).toEqual({ source: hash, mask: hash, strength: 0.25 });
  expect([source?.width, source?.height, ...(source?.pixels ?? [])]).toEqual([2, 2, ...data]);
  expect([...(mask?.pixels ?? [])]).toEqual([255, 0, 76, 150]);
  expect((await readSource({ image: file })).recipe).toEqual({ source: hash, strength: 0.8 });
  expect(await readSource({})).toEqual({ recipe: {} });
});

test.each([
  [{ mask: file }, "--mask goes with --image only"],
  [{ strength: "0.5" }, "--strength goes with --image only"],
  [{ image: file, strength: "1.5" }, "--strength: expected 0 to 1, got 1.5"],
  [{ image: file, strength: "" }, "--strength: expected 0 to 1"],
  [{ image: path.join(scratch, "nowhere.png") }, "--image: "],
  [{ image: import.meta.filename }, "not a readable image"],
])("%j is refused with its reason", async (flags, reason) => {
  await expect(readSource(flags)).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining(reason),
  });
});
