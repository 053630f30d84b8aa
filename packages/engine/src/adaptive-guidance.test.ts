import fc from "fast-check";
import { expect, test } from "vitest";
import { guideAdaptively } from "./adaptive-guidance.ts";
import { guide } from "./guidance.ts";

const numbers = fc.float32Array({ minLength: 6, maxLength: 6, min: -4, max: 4, noNaN: true });
const none = { eta: 1, rescale: 0, momentum: 0, average: null };
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
const minus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value - (b[i] ?? 0));

test("with nothing adapted it is classifier-free guidance", () => {
  fc.assert(
    fc.property(numbers, numbers, fc.double({ min: 0, max: 12, noNaN: true }), (conditional, unconditional, scale) => {
      const { guided } = guideAdaptively({ ...none, conditional, unconditional, scale });
      const plain = guide({ conditional, unconditional, scale, rescale: 0 });
      expect(Math.max(...minus(guided, plain).map(Math.abs))).toBeLessThan(1e-4);
    }),
  );
});

test("with eta 0 the change stands on the conditional output", () => {
  fc.assert(
    fc.property(numbers, numbers, (conditional, unconditional) => {
      const { guided } = guideAdaptively({ ...none, eta: 0, conditional, unconditional, scale: 5 });
      expect(Math.abs(dot(minus(guided, conditional), conditional))).toBeLessThan(1e-2);
    }),
  );
});

test("the norm bounds the change, whatever the difference", () => {
  fc.assert(
    fc.property(numbers, numbers, (conditional, unconditional) => {
      const { guided } = guideAdaptively({ ...none, rescale: 0.5, conditional, unconditional, scale: 3 });
      const change = minus(guided, conditional);
      expect(Math.sqrt(dot(change, change))).toBeLessThanOrEqual(2 * 0.5 + 1e-4);
    }),
  );
});

test("momentum adds up differences as a geometric series", () => {
  const conditional = Float32Array.of(3, 1);
  const unconditional = Float32Array.of(1, 0);
  let average: Float32Array | null = null;
  const seen: number[] = [];
  for (let call = 0; call < 3; call++) {
    const next = guideAdaptively({ ...none, momentum: -0.5, average, conditional, unconditional, scale: 2 });
    average = next.average;
    seen.push((next.guided[0] ?? 0) - 3);
  }
  expect(seen).toEqual([2, 1, 1.5]);
});
