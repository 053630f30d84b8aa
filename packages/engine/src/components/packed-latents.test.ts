import fc from "fast-check";
import { expect, test } from "vitest";
import { imagePositions, packLatents, unpackLatents } from "./packed-latents.ts";

test("a token is the two by two latents of every channel, tokens go row by row", () => {
  const data = Float32Array.from({ length: 2 * 2 * 4 }, (_, i) => i);
  const packed = packLatents({ shape: [1, 2, 2, 4], data });
  expect(packed.shape).toEqual([1, 2, 8]);
  expect(packed.data.slice(0, 8)).toEqual(Float32Array.of(0, 1, 4, 5, 8, 9, 12, 13));
  expect(packed.data.slice(8)).toEqual(Float32Array.of(2, 3, 6, 7, 10, 11, 14, 15));
});

test("unpacking gives back what was packed, and every token has its place", () => {
  const sides = fc.integer({ min: 1, max: 4 }).map((half) => half * 2);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), sides, sides, (channels, height, width) => {
      const shape = [1, channels, height, width];
      const data = Float32Array.from({ length: channels * height * width }, (_, i) => i);
      expect(unpackLatents(packLatents({ shape, data }).data, shape)).toEqual(data);
      const positions = imagePositions(shape);
      const places = new Set(
        Array.from({ length: positions.shape[0] ?? 0 }, (_, token) =>
          positions.data.slice(3 * token, 3 * token + 3).join(),
        ),
      );
      expect(places.size).toBe((height * width) / 4);
      expect(positions.data.slice(-3)).toEqual(Float32Array.of(0, height / 2 - 1, width / 2 - 1));
    }),
  );
});

test("odd sides are refused with the numbers", () => {
  expect(() => packLatents({ shape: [1, 1, 3, 2], data: new Float32Array(6) })).toThrow("got [1,1,3,2]");
});
