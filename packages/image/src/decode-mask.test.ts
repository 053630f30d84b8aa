import { expect, test } from "vitest";
import { decodeMask } from "./decode-mask.ts";
import { encodePng } from "./encode-png.ts";

test("colours count as bright as Pillow says", async () => {
  const data = Uint8Array.of(255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 12, 200, 99);
  const png = await encodePng({ width: 3, height: 2, data });
  // As Image.convert("L") counts: (R 19595 + G 38470 + B 7471 + 32768) / 65536, rounded down.
  expect(await decodeMask(png)).toEqual({ width: 3, height: 2, pixels: Uint8Array.of(255, 0, 76, 150, 29, 132) });
});

test("what is no image is refused", async () => {
  await expect(decodeMask(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
