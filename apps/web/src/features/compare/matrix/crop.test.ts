import fc from "fast-check";
import { expect, test } from "vitest";
import { cropStyle, enlarge, move, WHOLE } from "./crop.ts";

test("a crop grows around its middle, moves by shares of what is seen, and comes back to the whole", () => {
  const twice = enlarge(WHOLE, 2);
  expect(twice).toEqual({ scale: 2, x: 0.5, y: 0.5 });
  expect(move(twice, { x: 0.25, y: 0 })).toEqual({ scale: 2, x: 0.625, y: 0.5 });
  expect(cropStyle(move(twice, { x: 0.5, y: 0 }))).toEqual({ transform: "scale(2) translate(-25%, 0%)" });
  expect(enlarge(move(twice, { x: 1, y: 1 }), 0.1)).toEqual(WHOLE);
});

test("whatever is pressed, a crop stays inside its picture", () => {
  const share = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.record({ factor: fc.constantFrom(0.5, 1, 2), x: share, y: share })), (presses) => {
      let crop = WHOLE;
      for (const { factor, x, y } of presses) crop = move(enlarge(crop, factor), { x, y });
      const half = 0.5 / crop.scale;
      expect(crop.scale).toBeGreaterThanOrEqual(1);
      expect(crop.scale).toBeLessThanOrEqual(16);
      for (const middle of [crop.x, crop.y]) {
        expect(middle).toBeGreaterThanOrEqual(half - 1e-12);
        expect(middle).toBeLessThanOrEqual(1 - half + 1e-12);
      }
    }),
  );
});
