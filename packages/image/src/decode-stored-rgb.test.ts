import sharp from "sharp";
import { expect, test } from "vitest";
import { decodeStoredRgb } from "./decode-stored-rgb.ts";

const PIXELS = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7, 6, 5, 4, 3, 2, 1);

test("keeps the stored orientation", async () => {
  const turned = sharp(PIXELS, { raw: { width: 3, height: 2, channels: 3 } }).withMetadata({ orientation: 6 });
  const image = await decodeStoredRgb(await turned.png().toBuffer());
  expect({ ...image, data: [...image.data] }).toEqual({ width: 3, height: 2, data: [...PIXELS] });
});

test("drops alpha and keeps the colour below it, spreads gray", async () => {
  const clear = sharp(Uint8Array.of(10, 20, 30, 0, 40, 50, 60, 128), { raw: { width: 2, height: 1, channels: 4 } });
  expect([...(await decodeStoredRgb(await clear.png().toBuffer())).data]).toEqual([10, 20, 30, 40, 50, 60]);
  const gray = sharp(Uint8Array.of(7, 200), { raw: { width: 2, height: 1, channels: 1 } }).toColourspace("b-w");
  expect([...(await decodeStoredRgb(await gray.png().toBuffer())).data]).toEqual([7, 7, 7, 200, 200, 200]);
});

test("refuses what Pillow would decode in a way of its own, and what is no image", async () => {
  const deep = sharp(Uint16Array.of(1, 2, 3), { raw: { width: 1, height: 1, channels: 3 } }).toColourspace("rgb16");
  await expect(decodeStoredRgb(await deep.png().toBuffer())).rejects.toThrow("rgb16, ushort, 1 pages");
  await expect(decodeStoredRgb(Uint8Array.of(1, 2, 3))).rejects.toThrow("3 bytes are not a readable image");
});
