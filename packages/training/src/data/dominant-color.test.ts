import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COLOR_NAMES, colorNameOf, dominantColor } from "./dominant-color.ts";

function paint(parts: readonly (readonly [count: number, rgba: readonly [number, number, number, number]])[]) {
  return Uint8Array.from(parts.flatMap(([count, rgba]) => Array.from({ length: count }, () => rgba).flat()));
}

describe("colorNameOf", () => {
  it.each([
    [[221, 46, 68], "red"],
    [[255, 130, 45], "orange"],
    [[255, 176, 46], "yellow"],
    [[255, 204, 77], "yellow"],
    [[0, 210, 106], "green"],
    [[59, 136, 195], "blue"],
    [[139, 95, 191], "purple"],
    [[244, 171, 186], "pink"],
    [[193, 105, 79], "brown"],
    [[50, 27, 65], "black"],
    [[128, 128, 128], "gray"],
    [[245, 248, 250], "white"],
  ] as const)("names %j %s", ([red, green, blue], name) => {
    expect(colorNameOf(red, green, blue)).toBe(name);
  });

  it("names every colour with a known name", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(fc.property(byte, byte, byte, (r, g, b) => COLOR_NAMES.includes(colorNameOf(r, g, b))));
  });
});

describe("dominantColor", () => {
  const red = [221, 46, 68, 255] as const;
  const blue = [59, 136, 195, 255] as const;
  const gray = [128, 128, 128, 255] as const;
  const clear = [0, 255, 0, 0] as const;

  it("does not count what is transparent", () => {
    expect(
      dominantColor(
        paint([
          [10, red],
          [90, clear],
        ]),
      ),
    ).toBe("red");
    expect(dominantColor(paint([[100, clear]]))).toBeNull();
  });

  it("prefers the chromatic colour of a vehicle with gray wheels, and gives none to an even mixture", () => {
    expect(
      dominantColor(
        paint([
          [45, red],
          [55, gray],
        ]),
      ),
    ).toBe("red");
    expect(
      dominantColor(
        paint([
          [20, red],
          [80, gray],
        ]),
      ),
    ).toBe("gray");
    expect(
      dominantColor(
        paint([
          [50, red],
          [50, blue],
        ]),
      ),
    ).toBeNull();
  });
});
